// @ts-check
/**
 * The board, kept up to date card by card: only what changed is asked for, and a card that somebody holds (dragged, under
 * the pointer, focused, open) waits until it is free.
 *
 * data-live-url: where changed cards are asked for, with the page's own query. Cards carry their place: data-stage-of (or
 * data-group) and data-order, by whose plain order a column is sorted.
 */
import {cardOf, hasMore, heads, isDragging, isHeld, listOf, place} from "../board/cards.js";
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";

const MOST_IDS = 100;
const LATER_MS = 400;

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

  board.addEventListener("turns:figures", ask);
  return () => {
    stop();
    board.removeEventListener("turns:figures", ask);
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
  await heads(answer);
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
  await heads(answer);
  return waiting;
}
