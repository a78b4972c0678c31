// @ts-check
/**
 * Dragging cards with a mouse or a pen. A finger scrolls: for it there is "Move to…". While a card is dragged it stands
 * where it would come to stand, and a picture of it goes with the pointer.
 */
import { listIn } from "./cards.js";
import { moveCard, placeNow, preview } from "./move.js";

/** So many pixels make a drag of a click. */
const STARTS_PX = 5;
const EDGE_PX = 56;
const SCROLL_PX = 14;

/** @param {HTMLElement} board */
export function dragging(board) {
  /** @type {{card: HTMLElement, x: number, y: number, back: () => void, from: Element | null, ghost?: HTMLElement} | null} */
  let held = null;
  let frame = 0;
  /** @type {PointerEvent | null} */
  let last = null;

  /** @param {PointerEvent} event */
  const onDown = (event) => {
    const target = /** @type {Element} */ (event.target);
    const card = target.closest("[data-turn]");
    if (event.button !== 0 || event.pointerType === "touch" || !(card instanceof HTMLElement)) return;
    if (!card.querySelector(".turn-card__move") || target.closest("input, select, textarea, button, form, .turn-card__move")) return;
    held = { card, x: event.clientX, y: event.clientY, back: placeNow(card), from: card.closest("[data-stage]") };
  };
  /** @param {PointerEvent} event */
  const onMove = (event) => {
    if (!held) return;
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < STARTS_PX) return;
    if (!held.ghost) lift(held, board);
    last = event;
    follow();
  };
  const follow = () => {
    if (!held?.ghost || !last) return;
    held.ghost.style.translate = `${last.clientX - held.x}px ${last.clientY - held.y}px`;
    const column = columnAt(last);
    for (const one of board.querySelectorAll("[data-drop]")) if (one !== column) one.removeAttribute("data-drop");
    if (column instanceof HTMLElement && !column.hasAttribute("data-drop")) {
      column.dataset.drop = "";
      if (column === held.from) held.back();
      else showIn(column, held.card);
    }
    scrollAtEdges(board, column, last);
  };
  const tick = () => {
    follow();
    frame = held?.ghost ? requestAnimationFrame(tick) : 0;
  };
  /** @param {PointerEvent} event */
  const onUp = (event) => {
    const done = held;
    held = null;
    if (!done?.ghost) return;
    swallowClick();
    const column = columnAt(event);
    drop(done);
    const stage = column instanceof HTMLElement && column !== done.from ? column.dataset.stage : undefined;
    if (stage) void moveCard(board, done.card, stage, {}, done.back);
    else done.back();
  };
  const cancel = () => {
    const done = held;
    held = null;
    if (!done?.ghost) return;
    swallowClick();
    drop(done);
    done.back();
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== "Escape" || !held?.ghost) return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  };

  /** @param {{card: HTMLElement, ghost?: HTMLElement}} lifted @param {HTMLElement} board */
  const lift = (lifted, board) => {
    const at = lifted.card.getBoundingClientRect();
    const ghost = /** @type {HTMLElement} */ (lifted.card.cloneNode(true));
    ghost.removeAttribute("id");
    ghost.removeAttribute("data-turn");
    ghost.setAttribute("aria-hidden", "true");
    ghost.className = "turn-card turn-card--lifted";
    Object.assign(ghost.style, { left: `${at.left}px`, top: `${at.top}px`, width: `${at.width}px`, height: `${at.height}px` });
    // Outside the board, which it must not be counted with.
    document.body.append(ghost);
    lifted.ghost = ghost;
    lifted.card.dataset.dragging = "";
    board.dataset.drags = "";
    frame = requestAnimationFrame(tick);
  };
  /** @param {{card: HTMLElement, ghost?: HTMLElement}} lifted */
  const drop = (lifted) => {
    cancelAnimationFrame(frame);
    last = null;
    lifted.ghost?.remove();
    delete lifted.card.dataset.dragging;
    delete board.dataset.drags;
    for (const one of board.querySelectorAll("[data-drop]")) one.removeAttribute("data-drop");
  };
  /** The link under the pointer would be dragged as an address. @param {Event} event */
  const onNative = (event) => event.preventDefault();

  board.addEventListener("pointerdown", onDown);
  board.addEventListener("dragstart", onNative);
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", onUp);
  window.addEventListener("pointercancel", cancel);
  window.addEventListener("blur", cancel);
  document.addEventListener("keydown", onKey, true);
  return () => {
    cancel();
    window.removeEventListener("pointermove", onMove);
    window.removeEventListener("pointerup", onUp);
    window.removeEventListener("pointercancel", cancel);
    window.removeEventListener("blur", cancel);
    document.removeEventListener("keydown", onKey, true);
  };

  /** @param {PointerEvent} event */
  function columnAt(event) {
    return document.elementFromPoint(event.clientX, event.clientY)?.closest("#board [data-stage]") ?? null;
  }
}

/** @param {HTMLElement} column @param {HTMLElement} card */
function showIn(column, card) {
  const list = listIn(column, card);
  if (list) preview(list, card);
}

/** @param {HTMLElement} board @param {Element | null} column @param {PointerEvent} at */
function scrollAtEdges(board, column, at) {
  const box = board.getBoundingClientRect();
  if (at.clientX < box.left + EDGE_PX) board.scrollLeft -= SCROLL_PX;
  else if (at.clientX > box.right - EDGE_PX) board.scrollLeft += SCROLL_PX;
  const list = column?.querySelector("[data-cards]");
  if (!list) return;
  const view = list.getBoundingClientRect();
  if (at.clientY < view.top + EDGE_PX) list.scrollTop -= SCROLL_PX;
  else if (at.clientY > view.bottom - EDGE_PX) list.scrollTop += SCROLL_PX;
}

/** The click that ends a drag opens nothing. */
function swallowClick() {
  const swallow = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}
