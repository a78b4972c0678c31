// @ts-check
/**
 * The board, kept up to date card by card: only what changed is asked for, and a card that somebody holds (dragged, under
 * the pointer, focused, open) waits until it is free.
 *
 * data-live-url: where changed cards are asked for, with the page's own query. Cards carry their place: data-stage-of (or
 * data-group) and data-order, by whose plain order a column is sorted.
 */
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";
import {patch} from "../live-patch.js";

const MOST_IDS = 100;
const LATER_MS = 400;
const SHOWN_MS = 2_000;

/** @param {HTMLElement} board */
export function connect(board) {
  /** @type {Set<string>} */
  const changed = new Set();
  let everything = false;
  const ask = () => soon(board, () => refresh().catch(again));

  const stop = listen(({kind, id, version, change}) => {
    if (kind === "turn" && id) {
      const card = cardOf(board, id);
      const isShown = card && change !== "gone" && change !== "archived" && Number(card.dataset.version) >= Number(version);
      if (isShown) return;
      changed.add(id);
    } else if (kind === "refetch") {
      everything = true;
    } else {
      return;
    }
    ask();
  });

  async function refresh() {
    if (!board.isConnected || isDragging(board)) return later();
    const ids = [...changed];
    const whole = everything || ids.length > MOST_IDS;
    changed.clear();
    everything = false;
    const answer = await fragment(whole ? location.pathname + location.search : addressOf(board, ids)).catch((fault) => {
      ids.forEach((id) => changed.add(id));
      everything ||= whole;
      throw fault;
    });
    if (!answer) return;
    const waiting = whole ? await applyWhole(board, answer) : await applyChanges(board, answer, ids);
    waiting.forEach((id) => changed.add(id));
    if (waiting.length) later();
  }

  let timer = 0;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const free = everything || [...changed].some((id) => !isHeld(cardOf(board, id)));
      if (free && !isDragging(board)) ask();
      else later();
    }, LATER_MS);
  }

  /** @param {unknown} fault */
  function again(fault) {
    later();
    throw fault;
  }

  return () => {
    stop();
    clearTimeout(timer);
    never(board);
  };
}

/** @param {HTMLElement} board @param {string[]} ids */
function addressOf(board, ids) {
  const query = new URLSearchParams(location.search);
  ids.forEach((id) => query.append("turn_id", id));
  return `${board.dataset.liveUrl}?${query}`;
}

/** Put the asked cards where they belong, take away those that are not here any more. Returns ids that must wait. */
async function applyChanges(board, answer, ids) {
  const waiting = [];
  for (const id of ids) {
    const done = await place(board, cardOf(board, id), cardOf(answer, id));
    if (!done) waiting.push(id);
  }
  await heads(board, answer);
  return waiting;
}

/** The same with the first cards of every column. What was loaded beyond them stays. */
async function applyWhole(board, answer) {
  const fresh = new Map([...answer.querySelectorAll("[data-turn]")].map((card) => [card.dataset.turn, card]));
  const waiting = [];
  for (const [id, card] of fresh) {
    if (!(await place(board, cardOf(board, id), card))) waiting.push(id);
  }
  for (const card of board.querySelectorAll("[data-turn]")) {
    const cards = listOf(answer, card)?.querySelectorAll("[data-turn]");
    const last = cards?.[cards.length - 1];
    const isBeyond = last && hasMore(listOf(answer, card)) && card.dataset.order > last.dataset.order;
    if (!fresh.has(card.dataset.turn) && !isBeyond && !(await place(board, card, null))) waiting.push(card.dataset.turn);
  }
  await heads(board, answer);
  return waiting;
}

/**
 * @param {HTMLElement} board
 * @param {HTMLElement | null} old the card as it stands, if it does
 * @param {HTMLElement | null} fresh the card as it should be, null for none
 * @returns {Promise<boolean>} false where it must wait
 */
async function place(board, old, fresh) {
  if (old && fresh && Number(old.dataset.version) > Number(fresh.dataset.version)) return true;
  if (isHeld(old)) return false;
  if (!fresh) {
    old?.remove();
    return true;
  }
  const list = listOf(board, fresh);
  if (!list) return true;
  const next = [...list.querySelectorAll("[data-turn]")].find(
    (card) => card !== old && card.dataset.order > fresh.dataset.order,
  );
  if (!next && hasMore(list)) {
    old?.remove();
    return true;
  }
  const isNews = !old || old.dataset.version !== fresh.dataset.version;
  const card = old ?? document.importNode(fresh, true);
  const before = next ?? lastCardOf(list)?.nextSibling ?? list.firstChild;
  if (!old || listOf(board, old) !== list || nextCardOf(old) !== (next ?? null)) move(list, card, before);
  if (old) await patch(old, fresh);
  // @ts-ignore (htmx is a classic script)
  else htmx.process(card);
  if (isNews) show(card);
  return true;
}

/** Where the browser can, without losing the scroll and state of what is moved. */
function move(list, card, before) {
  const parent = before?.parentNode ?? list;
  if (card === before) return;
  if (card.isConnected && "moveBefore" in parent) parent.moveBefore(card, before);
  else parent.insertBefore(card, before);
}

/** A new thing on the board is seen for a moment. */
function show(card) {
  card.dataset.changed = "";
  setTimeout(() => delete card.dataset.changed, SHOWN_MS);
}

/** Column heads, with counts and sums: elements of the answer with an id that are no cards. */
async function heads(board, answer) {
  for (const fresh of answer.querySelectorAll("[data-count][id], [data-live-head][id]")) {
    const old = board.querySelector(`#${CSS.escape(fresh.id)}`);
    if (old && !old.isEqualNode(fresh)) await patch(old, fresh);
  }
}

/** Whether somebody has this card in hand: then it neither moves nor changes. */
function isHeld(/** @type {HTMLElement | null} */ card) {
  if (!card) return false;
  return (
    card.matches(":hover, :focus-within, [aria-busy=true], .htmx-request, :has(details[open], dialog[open], .htmx-request)") ||
    isDragging(card)
  );
}

function isDragging(/** @type {HTMLElement} */ element) {
  return element.matches("[data-dragging]") || !!element.querySelector("[data-dragging]");
}

/** @param {HTMLElement | Document} root @param {string} id @returns {HTMLElement | null} */
function cardOf(root, id) {
  return root.querySelector(`[data-turn="${CSS.escape(id)}"]`);
}

/** The list that a card belongs into. */
function listOf(root, card) {
  const group = card.dataset.group === undefined ? "" : `[data-group="${CSS.escape(card.dataset.group)}"]`;
  return root.querySelector(`[data-stage="${card.dataset.stageOf}"] [data-cards]${group}`);
}

function hasMore(list) {
  return !!list?.parentElement?.querySelector('[rel="next"]');
}

function lastCardOf(list) {
  const cards = list.querySelectorAll("[data-turn]");
  return cards[cards.length - 1];
}

function nextCardOf(card) {
  let next = card.nextElementSibling;
  while (next && !next.dataset.turn) next = next.nextElementSibling;
  return next;
}
