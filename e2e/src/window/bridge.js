// Stands for Tauri's own script where the screens run in a browser: commands go to the bridge,
// which passes them to the wallet's; events are asked for.
(() => {
  const callbacks = new Map();
  const listeners = new Map();
  let last = 0;
  let polling = false;

  const transformCallback = (callback, once = false) => {
    const id = ++last;
    callbacks.set(id, (data) => {
      if (once) callbacks.delete(id);
      return callback?.(data);
    });
    return id;
  };

  const poll = async () => {
    polling = true;
    let after = null;
    for (;;) {
      try {
        const answer = await fetch(after === null ? '/events' : `/events?after=${after}`);
        const { next, events } = await answer.json();
        after = next;
        for (const { event, payload } of events) {
          for (const [eventId, listener] of listeners) {
            if (listener.event === event) callbacks.get(listener.handler)?.({ event, id: eventId, payload });
          }
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };

  const listen = ({ event, handler }) => {
    listeners.set(handler, { event, handler });
    if (!polling) poll();
    return handler;
  };

  const invoke = async (command, body = {}, options = {}) => {
    if (command === 'plugin:event|listen') return listen(body);
    if (command === 'plugin:event|unlisten') return void listeners.delete(body.eventId);
    const raw = body instanceof Uint8Array || body instanceof ArrayBuffer;
    const answer = await fetch(`/invoke/${encodeURIComponent(command)}`, {
      method: 'POST',
      headers: {
        ...options.headers,
        'content-type': raw ? 'application/octet-stream' : 'application/json',
      },
      body: raw ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const said = text === '' ? null : JSON.parse(text);
    if (answer.ok) return said;
    throw said;
  };

  window.__TAURI_INTERNALS__ = {
    invoke,
    transformCallback,
    unregisterCallback: (id) => callbacks.delete(id),
    runCallback: (id, data) => callbacks.get(id)?.(data),
    callbacks,
    convertFileSrc: (path) => path,
    metadata: { currentWindow: { label: 'main' }, currentWebview: { windowLabel: 'main', label: 'main' } },
  };
  window.__TAURI_EVENT_PLUGIN_INTERNALS__ = {
    unregisterListener: (_event, id) => callbacks.delete(id),
  };
})();
