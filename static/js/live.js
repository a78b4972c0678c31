// @ts-check
/**
 * The page's end of the one stream that a browser holds: through a SharedWorker, or where there is none through the tab
 * that holds the lock, which tells the others over a BroadcastChannel.
 *
 * @typedef {import("./live-source.js").LiveEvent} LiveEvent
 * @typedef {import("./live-source.js").State} State
 */

/** @type {Set<(event: LiveEvent) => void>} */
const listeners = new Set();
/** @type {Set<(state: State) => void>} */
const watchers = new Set();
/** @type {State} */
let state = "opening";
let connected = false;

/** Hear every event from now on, and what happened since this page was made. Returns how to stop. */
export function listen(/** @type {(event: LiveEvent) => void} */ listener) {
  listeners.add(listener);
  connect();
  return () => listeners.delete(listener);
}

/** Hear how the connection stands, now and whenever that changes. */
export function watch(/** @type {(state: State) => void} */ watcher) {
  watchers.add(watcher);
  watcher(state);
  connect();
  return () => watchers.delete(watcher);
}

function connect() {
  if (connected) return;
  connected = true;
  if (typeof SharedWorker === "function") throughWorker();
  else throughTabs();
}

/** How long ago the server made this page, in milliseconds. */
function age() {
  const [navigation] = performance.getEntriesByType("navigation");
  return performance.now() - (/** @type {PerformanceNavigationTiming} */ (navigation)?.requestStart ?? 0);
}

/** Where the server keeps live-source.js for the worker, whose script cannot be the page's. */
function sourceAddress() {
  return document.querySelector('meta[name="live-source"]')?.getAttribute("content") ?? "";
}

function throughWorker() {
  const worker = new SharedWorker(sourceAddress(), {type: "module", name: "turns-live"});
  let away = 0;
  worker.port.onmessage = ({data}) => (data.event ? hear(data.event) : become(data.state));
  worker.port.postMessage({hello: true, age: age()});
  addEventListener("online", () => worker.port.postMessage({wake: true}));
  // A page in the back-forward cache hears nothing; on its way back it asks for what it missed.
  addEventListener("pagehide", () => {
    away = Date.now();
    worker.port.postMessage({bye: true});
  });
  addEventListener("pageshow", ({persisted}) => {
    if (persisted) worker.port.postMessage({hello: true, age: Date.now() - away});
  });
}

async function throughTabs() {
  const channel = new BroadcastChannel("turns-live");
  channel.onmessage = ({data}) => {
    if (data.event) hear(data.event);
    else if (data.state) become(data.state);
  };
  addEventListener("pageshow", ({persisted}) => persisted && hear({kind: "refetch"}));
  channel.postMessage({hello: true, age: age()});
  await navigator.locks?.request("turns-live", async () => {
    const {Source} = await import("./live-source.js");
    const tell = (/** @type {any} */ message) => {
      channel.postMessage(message);
      message.event ? hear(message.event) : become(message.state);
    };
    const source = new Source({event: (event) => tell({event}), state: (state) => tell({state})});
    channel.onmessage = ({data}) => {
      if (!data.hello) return;
      channel.postMessage({state: source.state});
      source.since(data.age).forEach((event) => channel.postMessage({event}));
    };
    addEventListener("online", () => source.reopen());
    source.open(age());
    // Held until the tab goes; then another one's turn comes.
    await new Promise(() => {});
  });
}

function hear(/** @type {LiveEvent} */ event) {
  listeners.forEach((listener) => listener(event));
}

function become(/** @type {State} */ now) {
  state = now;
  watchers.forEach((watcher) => watcher(now));
}
