// @ts-check
/** The board: drag, menu and keys, refusals that are mended in place, columns that go on. */
import { dragging } from "../board/drag.js";
import { openMenu } from "../board/menu.js";
import { leave, moveCard } from "../board/move.js";
import { tabs } from "../board/tabs.js";
import { windows } from "../board/windows.js";
import { isTyping, openDialog, singleKeysOn } from "../page.js";

/** @param {HTMLElement} board */
export function connect(board) {
  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  const cardAt = (target) => {
    const card = target instanceof Element ? target.closest("[data-turn]") : null;
    return card instanceof HTMLElement && board.contains(card) ? card : null;
  };
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const target = /** @type {Element} */ (event.target);
    const card = cardAt(target);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (target.closest("[data-refusal=leave]")) return leave(card);
    const link = target.closest(".turn-card__move");
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    void openMenu(board, card, link);
  };
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const card = cardAt(form);
    if (!card || !form.matches(".turn-card__refusal")) return;
    event.preventDefault();
    const fields = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    void moveCard(board, card, fields.stage_id, fields);
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const card = cardAt(document.activeElement);
    if (!card || event.defaultPrevented || openDialog()) return;
    if (event.key === "Escape" && card.dataset.refused !== undefined) {
      event.preventDefault();
      return leave(card);
    }
    const step = { "[": -1, "]": 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || !singleKeysOn() || isTyping(event.target)) return;
    const stage = besides(board, card, step);
    if (!stage || !card.querySelector(".turn-card__move")) return;
    event.preventDefault();
    void moveCard(board, card, stage);
  };

  const undo = [dragging(board), windows(board), tabs(board)];
  board.addEventListener("click", onClick);
  board.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  return () => {
    undo.forEach((release) => release());
    document.removeEventListener("keydown", onKey);
  };
}

/** The stage of the column so many further on. @param {HTMLElement} board @param {HTMLElement} card @param {number} step */
function besides(board, card, step) {
  const columns = /** @type {HTMLElement[]} */ ([...board.querySelectorAll("[data-stage]:not([data-retired])")]);
  const at = columns.findIndex((column) => column.contains(card));
  return at < 0 ? undefined : columns[at + step]?.dataset.stage;
}
