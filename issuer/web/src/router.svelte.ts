/** The address of the page, and the way from one screen to the next. */

class Router {
  path = $state(location.pathname);
  /** Where somebody wants to go while a form is not saved. */
  pending = $state<string>();
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
    if (this.dirty) {
      this.pending = path;
      return;
    }
    if (!replace) this.#at += 1;
    history[replace ? 'replaceState' : 'pushState']({ at: this.#at }, '', path);
    this.#show();
  }

  /** Goes where somebody wanted to go, without saving. */
  leave(): void {
    const to = this.pending;
    this.dirty = false;
    this.pending = undefined;
    if (to !== undefined) this.go(to);
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
      this.pending = location.pathname;
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
