/** Who is signed in, and what she may see. The service decides again at every call. */
import { language } from '@glimpse/ui/i18n.svelte.ts';
import { call, get, listener, Problem, useToken, type Role, type Session } from './api.ts';
import { router } from './router.svelte.ts';

class Current {
  session = $state.raw<Session>();
  /** Whether the service has been asked yet. */
  known = $state(false);
  /** Whether a session was there and is no more. */
  ended = $state(false);
  /** Whether the service does not answer. */
  lost = $state(false);

  constructor() {
    listener.ended = () => this.#gone(this.session !== undefined);
    listener.answered = (reached) => {
      this.lost = !reached;
    };
  }

  get role(): Role | undefined {
    return this.session?.role;
  }

  get office(): string {
    return this.session ? language.of(this.session.office.names) : '';
  }

  may(...roles: Role[]): boolean {
    return this.session !== undefined && roles.includes(this.session.role);
  }

  /** Asks the service whether somebody is signed in. */
  async resume(): Promise<void> {
    try {
      await this.take(await get<Session>('/api/session'));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.known = error.code !== 'offline';
    }
  }

  async signIn(name: string, password: string, code?: string): Promise<void> {
    const body = code === undefined ? { name, password } : { name, password, code };
    await this.take(await call<Session>('POST', '/api/session', { body }));
  }

  /** Ends the session. The page is loaded anew, so that nothing of it is left in memory. */
  signOut(): void {
    router.unlessDirty(() => {
      call('DELETE', '/api/session').then(
        () => location.replace('/'),
        (error: unknown) => {
          // Where nobody answers, the page says so by itself.
          if (!(error instanceof Problem)) throw error;
        },
      );
    });
  }

  /** After something about the session has changed, such as its second factor. */
  async refresh(): Promise<void> {
    await this.take(await get<Session>('/api/session'));
  }

  async take(session: Session): Promise<void> {
    useToken(session.csrf);
    this.session = session;
    this.known = true;
    this.ended = false;
    if (session.language && !language.kept()) await language.use(session.language);
  }

  #gone(unexpected: boolean): void {
    useToken('');
    this.session = undefined;
    this.known = true;
    this.ended = unexpected;
  }
}

export const current = new Current();
