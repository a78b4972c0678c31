// @ts-check
/** Opening and closing <dialog>: focus goes in, and back to where it was. Never the browser's own alert or confirm. */
import { make } from "./page.js";

/** @param {HTMLDialogElement} dialog */
export function open(dialog) {
  if (dialog.open) return;
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.showModal();
  dialog.addEventListener("close", () => { if (before?.isConnected) before.focus(); }, { once: true });
}

/**
 * A dialog made by script; it is gone when closed.
 * @param {string} title
 * @param {Array<Node | string>} body
 * @param {Array<Node>} [acts]
 */
export function build(title, body, acts = []) {
  const heading = make("h2", { id: "built-dialog-title" }, [title]);
  const close = make("button", {
    class: "button push", type: "button", "data-kind": "quiet", "data-icon-only": "", "data-size": "small",
    "data-icon": "x", "data-command": "close", "aria-label": "Close",
  });
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "dialog", "aria-labelledby": heading.id }, [
    make("div", { class: "dialog__head" }, [heading, close]),
    make("div", { class: "dialog__body" }, body),
  ]));
  if (acts.length) dialog.append(make("div", { class: "dialog__acts" }, acts));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  open(dialog);
  return dialog;
}

/**
 * Asks a question; answers whether the main button was pressed.
 * @param {string} title @param {string} sentence @param {string} yes @param {string} no
 * @returns {Promise<boolean>}
 */
export function ask(title, sentence, yes, no) {
  return new Promise((resolve) => {
    const keep = make("button", { class: "button", type: "button", "data-kind": "quiet" }, [no]);
    const go = make("button", { class: "button", type: "button", "data-kind": "main" }, [yes]);
    let answer = false;
    const dialog = build(title, [make("p", {}, [sentence])], [keep, go]);
    keep.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => { answer = true; dialog.close(); });
    dialog.addEventListener("close", () => resolve(answer));
    keep.focus();
  });
}
