// @ts-check
/**
 * One stream of events a browser. This file stands alone and imports nothing: it runs as a SharedWorker that serves all
 * tabs, or inside the one tab that holds the stream for the others. See live.js.
 *
 * The stream is read with fetch, not EventSource: that tells a refusal from a broken line, sees heartbeats, and says on
 * each connection for how long it was away.
 *
 * @typedef {{kind: string, id?: string, version?: number, stage_id?: string | null, change?: string}} LiveEvent
 * @typedef {"opening" | "live" | "away" | "refused"} State
 */

const KEPT_MS = 120_000;
// The server says something every 15 seconds.
const QUIET_MS = 40_000;
const AGAIN_MS = [300, 1_000, 2_000, 4_000, 8_000];
const TICK_MS = 5_000;

export class Source {
  /** @param {{event: (event: LiveEvent) => void, state: (state: State) => void}} to */
  constructor(to) {
    this.to = to;
    /** @type {State} */
    this.state = "opening";
    /** @type {{at: number, event: LiveEvent}[]} */
    this.recent = [];
    this.lastId = "";
    this.heard = Date.now();
    this.failures = 0;
    this.generation = 0;
    let tick = Date.now();
    setInterval(() => {
      const slept = Date.now() - tick > 3 * TICK_MS;
      tick = Date.now();
      if (slept || (this.state === "live" && tick - this.heard > QUIET_MS)) this.reopen();
    }, TICK_MS);
  }

  /** What happened in the last `age` milliseconds; a refetch where that is longer than is remembered. */
  since(age) {
    const from = Date.now() - age;
    if (age > KEPT_MS) return [{kind: "refetch"}];
    return this.recent.filter(({at}) => at >= from).map(({event}) => event);
  }

  /** Drop a line that may be dead, and open another. */
  reopen() {
    this.generation += 1;
    this.abort?.abort();
    this.failures = 0;
    this.open(Date.now() - this.heard);
  }

  /** @param {number} age how long ago the state of the pages was known to be whole */
  async open(age) {
    const mine = ++this.generation;
    const abort = (this.abort = new AbortController());
    try {
      const answer = await fetch(`/events?age=${Math.max(0, Math.round(age))}`, {
        headers: {Accept: "text/event-stream", ...(this.lastId && {"Last-Event-ID": this.lastId})},
        cache: "no-store",
        signal: abort.signal,
      });
      if (answer.status === 401) return this.become("refused");
      if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
      this.heard = Date.now();
      this.failures = 0;
      this.become("live");
      await this.read(answer.body.getReader());
    } catch {
      // Told below, by the state.
    }
    if (mine !== this.generation) return;
    const wait = AGAIN_MS[Math.min(this.failures++, AGAIN_MS.length - 1)];
    // A stream that ended is opened again in a moment; only what lasts longer is worth telling.
    if (this.failures > 1) this.become("away");
    setTimeout(() => mine === this.generation && this.open(Date.now() - this.heard), wait + Math.random() * 300);
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async read(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      this.heard = Date.now();
      const blocks = (text + decoder.decode(value, {stream: true})).split("\n\n");
      text = blocks.pop() ?? "";
      blocks.forEach((block) => this.take(block));
    }
  }

  /** @param {string} block one event: lines of `field: value` */
  take(block) {
    /** @type {Record<string, string>} */
    const fields = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
    if (fields.id) this.lastId = fields.id;
    if (!fields.data) return;
    const event = {kind: fields.event, ...JSON.parse(fields.data)};
    const now = Date.now();
    this.recent = this.recent.filter(({at}) => now - at < KEPT_MS);
    this.recent.push({at: now, event});
    this.to.event(event);
  }

  /** @param {State} state */
  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.to.state(state);
  }
}

/** As a SharedWorker: every tab is a port that says how old its page is, and hears everything. */
function serve() {
  /** @type {Set<MessagePort>} */
  const ports = new Set();
  const tell = (message) => ports.forEach((port) => port.postMessage(message));
  const source = new Source({event: (event) => tell({event}), state: (state) => tell({state})});
  let opened = false;
  self.onconnect = ({ports: [port]}) => {
    port.onmessage = ({data}) => {
      if (data.bye) {
        ports.delete(port);
      } else if (data.hello) {
        ports.add(port);
        port.postMessage({state: source.state});
        if (!opened || source.state === "refused") source.open(data.age);
        else source.since(data.age).forEach((event) => port.postMessage({event}));
        opened = true;
      } else if (data.wake && opened) {
        source.reopen();
      }
    };
  };
}

if ("SharedWorkerGlobalScope" in globalThis) serve();
