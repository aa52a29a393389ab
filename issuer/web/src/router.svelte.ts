/** The address of the page, and the way from one screen to the next. */

class Router {
  path = $state(location.pathname);
  /** What somebody wants to do, which would lose a form that is not saved. */
  pending = $state.raw<() => void>();
  /** Set by a form that holds what is not saved. */
  dirty = false;
  /** Screens that were seen since the page was loaded: the first leaves the focus where it is. */
  seen = 0;

  #at = 0;
  #returning = false;

  constructor() {
    history.replaceState({ at: 0 }, '');
    addEventListener('popstate', (event) => this.#popped((event.state as { at?: number } | null)?.at ?? 0));
    addEventListener('click', (event) => this.#clicked(event));
    addEventListener('beforeunload', (event) => {
      if (this.dirty) event.preventDefault();
    });
  }

  go(path: string, replace = false): void {
    this.unlessDirty(() => {
      if (!replace) this.#at += 1;
      history[replace ? 'replaceState' : 'pushState']({ at: this.#at }, '', path);
      this.#show();
    });
  }

  /** Does something at once, or once somebody has said that a form may be lost. */
  unlessDirty(work: () => void): void {
    if (this.dirty) this.pending = work;
    else work();
  }

  /** Does what somebody wanted to do, without saving. */
  leave(): void {
    const work = this.pending;
    this.dirty = false;
    this.pending = undefined;
    work?.();
  }

  #show(): void {
    this.seen += 1;
    this.path = location.pathname;
    scrollTo(0, 0);
  }

  #popped(at: number): void {
    if (this.#returning) {
      this.#returning = false;
    } else if (this.dirty) {
      const path = location.pathname;
      this.pending = () => this.go(path);
      this.#returning = true;
      history.go(this.#at - at);
    } else {
      this.#at = at;
      this.#show();
    }
  }

  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!link || modified || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || link.pathname.startsWith('/api/') || link.hash) return;
    event.preventDefault();
    this.go(link.pathname);
  }
}

export const router = new Router();
