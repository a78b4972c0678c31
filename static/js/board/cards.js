// @ts-check
/**
 * Cards and columns of the board as they stand in the page, and putting a card where it belongs. A card says its column
 * (data-stage-of) and its place in it (data-order, by whose plain order a column is sorted).
 */
import { patch } from "../live-patch.js";

const SHOWN_MS = 2_000;

/** @param {ParentNode} root @param {string} id @returns {HTMLElement | null} */
export function cardOf(root, id) {
  return root.querySelector(`[data-turn="${CSS.escape(id)}"]`);
}

/** The list that a card belongs into. @param {ParentNode} root @param {HTMLElement} card @returns {HTMLElement | null} */
export function listOf(root, card) {
  return root.querySelector(`[data-stage="${card.dataset.stageOf}"] [data-cards]${laneOf(card)}`);
}

/** The list of a column that a card would come into: that of its own lane, where there are lanes. @param {Element} column @param {HTMLElement} card @returns {HTMLElement | null} */
export function listIn(column, card) {
  return column.querySelector(`[data-cards]${laneOf(card)}`);
}

/** @param {HTMLElement} card */
function laneOf(card) {
  return card.dataset.group === undefined ? "" : `[data-group="${CSS.escape(card.dataset.group)}"]`;
}

/** Whether a list goes on beyond what is loaded. @param {HTMLElement | null} list */
export function hasMore(list) {
  return Boolean(list?.parentElement?.querySelector('[rel="next"]'));
}

/** @param {ParentNode} list @returns {HTMLElement[]} */
export function cardsIn(list) {
  return [...list.querySelectorAll("[data-turn]")].filter((card) => card instanceof HTMLElement);
}

/** Whether somebody has this card in hand: then it does not leave its place. @param {HTMLElement | null} card */
export function isHeld(card) {
  return Boolean(card?.matches(":hover")) || isBusy(card);
}

/** Whether something is open, half typed or on its way in this card: then nothing in it changes. @param {HTMLElement | null} card */
function isBusy(card) {
  if (!card) return false;
  return (
    card.matches("[aria-busy=true], .htmx-request, :has(details[open], dialog[open], form, .htmx-request)") || isDragging(card)
  );
}

/** @param {HTMLElement} element */
export function isDragging(element) {
  return element.matches("[data-dragging]") || element.querySelector("[data-dragging]") !== null;
}

/**
 * @param {HTMLElement} board
 * @param {HTMLElement | null} old the card as it stands, if it does
 * @param {HTMLElement | null} fresh the card as it should be, null for none
 * @param {{mine?: boolean}} [by] mine: the answer to this person's own act, which may touch what they hold
 * @returns {Promise<boolean>} false where it must wait
 */
export async function place(board, old, fresh, { mine = false } = {}) {
  if (old && fresh && Number(old.dataset.version) > Number(fresh.dataset.version)) return true;
  if (!mine && isBusy(old)) return false;
  const stays = !mine && isHeld(old);
  if (!fresh) return !stays && remove(old);
  const list = listOf(board, fresh);
  if (!list) return true;
  const next = cardsIn(list).find((card) => card !== old && (card.dataset.order ?? "") > (fresh.dataset.order ?? ""));
  // What stands beyond the loaded cards comes with them; one's own card stays in sight.
  if (!next && !mine && hasMore(list)) return !stays && remove(old);
  const isNews = !old || old.dataset.version !== fresh.dataset.version;
  const card = old ?? document.importNode(fresh, true);
  const before = next ?? cardsIn(list).filter((one) => one !== old).pop()?.nextSibling ?? list.firstChild;
  if (!old || listOf(board, old) !== old.parentElement || old.parentElement !== list || nextCardOf(old) !== (next ?? null)) {
    if (stays) return false;
    move(list, card, before);
  }
  if (old) await patch(old, fresh);
  // @ts-ignore (htmx is a classic script)
  else htmx.process(card);
  if (isNews && !mine) show(card);
  return true;
}

/** Take a card away; the focus that was on it goes to its neighbour. @param {HTMLElement | null} card */
function remove(card) {
  const neighbour = card?.contains(document.activeElement) ? nextCardOf(card) ?? card.previousElementSibling : null;
  card?.remove();
  neighbour?.querySelector("a")?.focus({ preventScroll: true });
  return true;
}

/** Where the browser can, without losing the scroll and state of what is moved. @param {HTMLElement} list @param {HTMLElement} card @param {Node | null} before */
function move(list, card, before) {
  const parent = before?.parentNode ?? list;
  if (card === before) return;
  if (card.isConnected && "moveBefore" in parent) /** @type {any} */ (parent).moveBefore(card, before);
  else parent.insertBefore(card, before);
}

/** A new thing on the board is seen for a moment. @param {HTMLElement} card */
function show(card) {
  card.dataset.changed = "";
  setTimeout(() => delete card.dataset.changed, SHOWN_MS);
}

/** @param {HTMLElement} card */
function nextCardOf(card) {
  let next = card.nextElementSibling;
  while (next instanceof HTMLElement && !next.dataset.turn) next = next.nextElementSibling;
  return next;
}

/** Column heads and the page's figures: elements of the answer that say data-live-head. @param {ParentNode} answer */
export async function heads(answer) {
  for (const fresh of answer.querySelectorAll("[data-live-head][id]")) {
    const old = document.getElementById(fresh.id);
    if (old && !old.isEqualNode(fresh)) await patch(old, fresh);
  }
}
