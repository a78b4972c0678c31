// @ts-check
/**
 * A part of the page that is asked for anew when a row that it shows has changed.
 *
 * data-live: the kinds of rows it shows ("turn property"), or one change of a kind ("turn.created"); data-live-ids: only
 * these rows and those that stand in it. The page's own address is
 * asked, for its fragment or (data-live-whole) for the page; the answer holds an element of the same id, and figures of
 * the page's header that say data-live-head.
 */
import {heads} from "../board/cards.js";
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";
import {held, patch} from "../live-patch.js";

const CATCH_UP_MS = 700;
const ROW = "[data-turn], [data-property], [data-vendor]";

/** @param {HTMLElement} element */
export function connect(element) {
  /** @type {Element[]} */
  let left = [];
  const ask = () => soon(element, () => refresh());

  async function refresh() {
    const answer = await fragment(location.pathname + location.search, element.dataset.liveWhole !== undefined);
    const fresh = answer?.getElementById(element.id);
    if (!answer || !fresh || !element.isConnected) return;
    keepWindows(element, fresh);
    await heads(answer);
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

/**
 * Rows that were loaded beyond the first window stay: the answer holds that window only.
 * @param {Element} old @param {Element} fresh
 */
function keepWindows(old, fresh) {
  const goesOn = fresh.querySelector('[rel="next"]')?.closest("tr, li");
  if (!goesOn) return;
  const shown = fresh.querySelectorAll(ROW);
  const last = [...old.querySelectorAll(ROW)].findIndex((row) => row.id === shown[shown.length - 1].id);
  const beyond = [...old.querySelectorAll(ROW)].slice(last < 0 ? shown.length : last + 1);
  const others = beyond.filter((row) => !fresh.querySelector(`#${CSS.escape(row.id)}`));
  if (!others.length) return;
  const goesOnThere = old.querySelector('[rel="next"]')?.closest("tr, li");
  goesOn.replaceWith(...[...others, ...(goesOnThere ? [goesOnThere] : [])].map((row) => row.cloneNode(true)));
}

/**
 * Whether the event is about something shown here, and newer than what is shown.
 * @param {HTMLElement} element @param {import("../live-source.js").LiveEvent} event
 */
function concerns(element, {kind, id, version, change}) {
  if (kind === "refetch") return true;
  const kinds = element.dataset.live?.split(" ") ?? [];
  const mark = `[data-${kind}="${id}"]`;
  const row = element.matches(mark) ? element : element.querySelector(mark);
  const isShown = row instanceof HTMLElement && Number(row.dataset.version) > Number(version);
  if (isShown && (change === "updated" || change === "moved")) return false;
  if (kinds.includes(`${kind}.${change}`)) return true;
  if (!kinds.includes(kind)) return false;
  const ids = element.dataset.liveIds?.split(" ");
  return !ids || ids.includes(id ?? "") || row !== null;
}
