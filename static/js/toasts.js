// @ts-check
/**
 * Toasts: what happened to what, and the way back. News goes after ten seconds (not while a pointer or focus rests on
 * it); errors stay until they are put away. At most three; the oldest news gives way. Never the only place of an error.
 */
import { csrfToken, make } from "./page.js";

const STAY_MS = 10_000;
const MOST = 3;

/**
 * @typedef {object} Way  The way on that a toast offers: a link, a form that posts, or a function.
 * @property {string} label
 * @property {string} [href]
 * @property {string} [post]
 * @property {Record<string, string>} [fields]
 * @property {() => void} [run]
 */

/**
 * @param {string} text
 * @param {{kind?: "news" | "error", way?: Way, isUndo?: boolean, about?: string}} [options] about: an id, for `retract`
 */
export function toast(text, { kind = "news", way, isUndo = false, about = "" } = {}) {
  const region = document.getElementById("toasts");
  if (!region) return null;
  const isError = kind === "error";
  const element = make("div", { class: "toast", role: isError ? "alert" : "status" }, [make("span", {}, [text])]);
  if (isError) element.dataset.icon = "late";
  if (about) element.dataset.about = about;
  if (way) element.append(offer(way, element, isUndo));
  if (isError) element.append(putAway(element));
  region.append(element);
  makeRoom(region);
  if (!isError) goLater(element);
  return element;
}

/** @param {Way} way @param {HTMLElement} element @param {boolean} isUndo */
function offer(way, element, isUndo) {
  const button = way.href
    ? make("a", { class: "toast__act push", href: way.href }, [way.label])
    : make("button", { class: "toast__act push", type: way.post ? "submit" : "button" }, [way.label]);
  if (isUndo) button.dataset.undo = "";
  if (way.run) {
    const run = way.run;
    button.addEventListener("click", () => { element.remove(); run(); });
  }
  if (!way.post) return button;
  const fields = Object.entries({ csrf_token: csrfToken(), ...way.fields });
  return make("form", { method: "post", action: way.post, class: "push" }, [
    ...fields.map(([name, value]) => make("input", { type: "hidden", name, value })),
    button,
  ]);
}

/** @param {HTMLElement} element */
function putAway(element) {
  const close = make("button", { class: "toast__act toast__close", type: "button", "data-icon": "x", "aria-label": "Put away" });
  close.addEventListener("click", () => element.remove());
  return close;
}

/** @param {HTMLElement} region */
function makeRoom(region) {
  while (region.children.length > MOST) {
    (region.querySelector('[role="status"]') ?? region.firstElementChild)?.remove();
  }
}

/** @param {HTMLElement} element */
function goLater(element) {
  let timer = setTimeout(() => element.remove(), STAY_MS);
  const wait = () => clearTimeout(timer);
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => element.remove(), STAY_MS);
  };
  element.addEventListener("pointerenter", wait);
  element.addEventListener("focusin", wait);
  element.addEventListener("pointerleave", again);
  element.addEventListener("focusout", again);
}

/** Take back what was said of `about`: an Undo that a later act has overtaken is none. @param {string} about */
export function retract(about) {
  document.querySelectorAll(`#toasts [data-about="${CSS.escape(about)}"]`).forEach((element) => element.remove());
}

/** Ctrl-Z presses the newest Undo that is offered. @returns {boolean} whether one was */
export function undoLast() {
  const offered = document.querySelectorAll("#toasts [data-undo]");
  const last = offered[offered.length - 1];
  if (last instanceof HTMLElement) last.click();
  return last !== undefined;
}
