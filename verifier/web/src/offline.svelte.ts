/** The page's own copy on this device: opens it without a network, and offers a newer version. */

class Offline {
  /** Whether a newer version waits. */
  waiting = $state(false);
  #registration: ServiceWorkerRegistration | undefined;

  async begin(): Promise<void> {
    if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
    try {
      const registration = await navigator.serviceWorker.register('./offline.js');
      this.#registration = registration;
      this.#watch(registration);
      registration.addEventListener('updatefound', () => this.#watch(registration));
    } catch {
      // A browser without it needs the server each time, and the counter works all the same.
    }
  }

  #watch({ installing, waiting, active }: ServiceWorkerRegistration): void {
    if (waiting && active) this.waiting = true;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && navigator.serviceWorker.controller) this.waiting = true;
    });
  }

  take(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    this.#registration?.waiting?.postMessage('take over');
  }
}

export const offline = new Offline();

/** The browser's offer to install the page as an app, kept until somebody asks for it. */
interface InstallOffer extends Event {
  prompt: () => Promise<void>;
}

class Install {
  offer = $state.raw<InstallOffer>();

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.offer = event as InstallOffer;
    });
    addEventListener('appinstalled', () => (this.offer = undefined));
  }
}

export const install = new Install();
