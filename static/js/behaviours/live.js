// @ts-check
/**
 * A part of the page that is asked for anew when a row that it shows has changed.
 *
 * data-live: the kinds of rows it shows ("turn property"); data-live-ids: only these rows; data-live-url: where to ask,
 * by default the page's own address. The answer holds an element of the same id.
 */
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";
import {held, patch} from "../live-patch.js";

const CATCH_UP_MS = 700;

/** @param {HTMLElement} element */
export function connect(element) {
  /** @type {Element[]} */
  let left = [];
  const ask = () => soon(element, () => refresh());

  async function refresh() {
    const answer = await fragment(element.dataset.liveUrl ?? location.pathname + location.search);
    const fresh = answer?.getElementById(element.id);
    if (!fresh || !element.isConnected) return;
    left = (await patch(element, fresh)) ? [] : held(element);
  }

  // What was left alone is brought up to date once it is free.
  const catchUp = setInterval(() => {
    if (left.length && !left.every((part) => part.isConnected && held(element).includes(part))) ask();
  }, CATCH_UP_MS);
  const stop = listen((event) => concerns(element, event) && ask());
  return () => {
    stop();
    clearInterval(catchUp);
    never(element);
  };
}

/** @param {HTMLElement} element @param {import("../live-source.js").LiveEvent} event */
function concerns(element, event) {
  if (event.kind === "refetch") return true;
  if (!element.dataset.live?.split(" ").includes(event.kind)) return false;
  const ids = element.dataset.liveIds?.split(" ");
  if (ids && !ids.includes(event.id ?? "")) return false;
  return !isShown(element, event);
}

/** Whether the row stands there as the event says: one's own change, mostly. */
function isShown(/** @type {HTMLElement} */ element, /** @type {import("../live-source.js").LiveEvent} */ event) {
  if (event.change !== "updated" && event.change !== "moved") return false;
  const mark = `[data-${event.kind}="${event.id}"]`;
  const row = element.matches(mark) ? element : element.querySelector(mark);
  return row instanceof HTMLElement && Number(row.dataset.version) > Number(event.version);
}
