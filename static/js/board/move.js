// @ts-check
/**
 * Moving a card: shown at once, and put back where the server refuses. A refusal stands on the card, names every demand
 * and opens the missing fields there; an older version opens the page of two versions.
 */
import { announce } from "../announce.js";
import { build } from "../dialogs.js";
import { focusRow } from "../rows.js";
import { retract, toast } from "../toasts.js";
import { cardOf, cardsIn, listIn, listOf, place } from "./cards.js";
import { refusalOf, send } from "./send.js";

/** @typedef {import("./send.js").Answer} Answer */

/** @param {HTMLElement} card */
export function addressOf(card) {
  return card.querySelector("h3")?.textContent?.trim() ?? "";
}

/** @param {HTMLElement} board @param {string | undefined} stage */
export function columnOf(board, stage) {
  const column = board.querySelector(`[data-stage="${stage}"]`);
  return column instanceof HTMLElement ? column : null;
}

/**
 * @param {HTMLElement} board @param {HTMLElement} card @param {string} stage the column's id
 * @param {Record<string, string>} [fields] that come with the move
 * @param {() => void} [back] puts the card back where it was, for a card that was dragged already
 */
export async function moveCard(board, card, stage, fields = {}, back = show(board, card, stage)) {
  const id = card.dataset.turn ?? "";
  card.setAttribute("aria-busy", "true");
  closeRefusals(board, card);
  retract(id);
  const answer = await send(board, `/turns/${id}/stage`, { version: card.dataset.version ?? "", stage_id: stage, ...fields });
  card.removeAttribute("aria-busy");
  if (answer.status === 200) return settle(board, card, answer, true);
  back();
  if (answer.status === 422 && refuse(card, answer)) return;
  if (answer.status === 409) return conflict(card, answer);
  focusRow(card);
  toast(`${addressOf(card)} was not moved: ${refusalOf(answer)}.`, { kind: "error" });
}

/** Shows the card in its new column until the server has answered. Returns how to take that back. */
function show(/** @type {HTMLElement} */ board, /** @type {HTMLElement} */ card, /** @type {string} */ stage) {
  const back = placeNow(card);
  const column = columnOf(board, stage);
  const list = column && listIn(column, card);
  if (list && list !== card.parentElement) preview(list, card);
  return back;
}

/** Remembers where a card stands. @param {HTMLElement} card @returns {() => void} puts it back there */
export function placeNow(card) {
  const [parent, next] = [card.parentElement, card.nextSibling];
  return () => {
    if (!parent?.isConnected) return;
    parent.insertBefore(card, next?.parentNode === parent ? next : null);
  };
}

/** Puts a card where it would stand in a list. @param {HTMLElement} list @param {HTMLElement} card */
export function preview(list, card) {
  const next = cardsIn(list).find((one) => one !== card && (one.dataset.order ?? "") > (card.dataset.order ?? ""));
  list.insertBefore(card, next ?? list.querySelector(".board__more"));
}

/** @param {HTMLElement} board @param {HTMLElement} card @param {Answer} answer @param {boolean} canUndo */
async function settle(board, card, answer, canUndo) {
  const id = card.dataset.turn ?? "";
  const fresh = cardOf(answer.page, id);
  const from = card.dataset.stageOf;
  await place(board, cardOf(board, id), fresh, { mine: true });
  if (fresh?.dataset.stageOf !== from) recount(board, from, fresh?.dataset.stageOf);
  // The sums follow: many moves in a row ask for them twice a second at most.
  board.dispatchEvent(new CustomEvent("turns:figures"));
  const now = cardOf(board, id);
  if (now) focusRow(now);
  tell(board, now, answer);
  const undo = { label: "Undo", run: () => void takeBack(board, id, answer.version) };
  toast(answer.note, canUndo ? { way: undo, isUndo: true, about: id } : {});
}

/** One card less there and one more here. @param {HTMLElement} board @param {string} [from] @param {string} [to] */
function recount(board, from, to) {
  for (const [stage, by] of /** @type {const} */ ([[from, -1], [to, 1]])) {
    const count = stage && columnOf(board, stage)?.querySelector("[data-count]");
    if (!(count instanceof HTMLElement)) continue;
    count.dataset.count = String(Number(count.dataset.count) + by);
    count.textContent = Number(count.dataset.count).toLocaleString("en-US");
  }
}

/** @param {HTMLElement} board @param {HTMLElement | null} card @param {Answer} answer */
function tell(board, card, answer) {
  const list = card && listOf(board, card);
  const count = list?.closest("[data-stage]")?.querySelector("[data-count]")?.textContent?.trim();
  const where = card && list && count ? `, ${cardsIn(list).indexOf(card) + 1} of ${count}` : "";
  announce(`${answer.note.replace(/\.$/, "")}${where}`);
}

/** @param {HTMLElement} board @param {string} id @param {number} version */
async function takeBack(board, id, version) {
  const answer = await send(board, `/turns/${id}/undo`, { version: String(version) });
  const card = cardOf(board, id);
  if (answer.status === 200 && card) return settle(board, card, answer, false);
  if (answer.status === 200) return void location.reload();
  if (answer.status === 409) return void toast("Not undone: the turn was changed since.", { kind: "error" });
  toast(`Not undone: ${refusalOf(answer)}.`, { kind: "error" });
}

/** @param {HTMLElement} card @param {Answer} answer */
function refuse(card, answer) {
  const form = answer.page.querySelector("form.turn-card__refusal");
  if (!form) return false;
  const shown = document.importNode(form, true);
  card.querySelector(".turn-card__refusal")?.remove();
  card.querySelector(".turn-card__ball")?.before(shown);
  card.dataset.refused = "";
  const first = shown.querySelector("[aria-invalid], input:not([type=hidden]), select, textarea, button");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/** @param {HTMLElement} card */
export function leave(card) {
  card.querySelector(".turn-card__refusal")?.remove();
  delete card.dataset.refused;
  focusRow(card);
}

/** One refusal at a time: its fields have names of their own in the page. */
function closeRefusals(/** @type {HTMLElement} */ board, /** @type {HTMLElement} */ but) {
  for (const form of board.querySelectorAll(".turn-card__refusal")) {
    const card = form.closest("[data-turn]");
    form.remove();
    if (card instanceof HTMLElement) delete card.dataset.refused;
  }
  delete but.dataset.refused;
}

/** @param {HTMLElement} card @param {Answer} answer */
function conflict(card, answer) {
  const form = answer.page.querySelector("form");
  const parts = form ? [...answer.page.body.children].map((part) => document.importNode(part, true)) : [];
  if (!parts.length) return void toast(`${addressOf(card)} was changed by somebody else meanwhile: look at it again.`, { kind: "error" });
  build(`${addressOf(card)} was changed meanwhile`, parts);
}
