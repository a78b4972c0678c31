// @ts-check
/**
 * How often a page asks: at most twice a second, whatever the rate of events and however many of its parts want to know;
 * never two requests at once; a moment of chance first, so that a hundred pages do not ask in the same instant; and not
 * while nobody looks.
 */

const APART_MS = 520;
const CHANCE_MS = 300;
const AFTER_FAULT_MS = 3_000;

/** @type {Map<object, () => Promise<unknown>>} */
const waiting = new Map();
let last = -APART_MS;
let timer = 0;
let busy = false;

/**
 * Have `act` done soon; asked again before it was done, it is done once.
 * @param {object} owner
 * @param {() => Promise<unknown>} act rejects when it is worth another try
 */
export function soon(owner, act) {
  waiting.set(owner, act);
  plan();
}

/** @param {object} owner */
export function never(owner) {
  waiting.delete(owner);
}

function plan() {
  if (timer || busy || !waiting.size || document.hidden) return;
  timer = setTimeout(run, Math.max(Math.random() * CHANCE_MS, last + APART_MS - performance.now()));
}

async function run() {
  timer = 0;
  const [next] = waiting;
  if (!next) return;
  const [owner, act] = next;
  waiting.delete(owner);
  last = performance.now();
  busy = true;
  try {
    await act();
  } catch {
    setTimeout(() => waiting.has(owner) || soon(owner, act), AFTER_FAULT_MS);
  } finally {
    busy = false;
    plan();
  }
}

document.addEventListener("visibilitychange", plan);
