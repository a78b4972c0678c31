// @ts-check
/**
 * The keys of every page. Single keys are off while one types, while a dialog is open, and for those who switched them
 * off. They are told by event.key, so that any keyboard layout will do.
 */
import { run } from "./commands.js";
import { isTyping, openDialog, singleKeysOn } from "./page.js";
import { pressedInRows } from "./rows.js";
import { undoLast } from "./toasts.js";

/** How long after `g` the second key may come. */
const GO_MS = 1500;
let goUntil = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (pressedWithCommand(event)) event.preventDefault();
    return;
  }
  if (event.altKey || !singleKeysOn() || isTyping(event.target) || openDialog()) return;
  if (pressedAlone(event)) event.preventDefault();
});

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
function pressedWithCommand(event) {
  const key = event.key.toLowerCase();
  if (key === "enter") return save(event);
  if (event.shiftKey) return false;
  if (key === "z") return !isTyping(event.target) && undoLast();
  if (key !== "k") return false;
  run("palette");
  return true;
}

/** Ctrl-Enter saves the form that one types in. @param {KeyboardEvent} event */
function save(event) {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  form?.requestSubmit();
  return form !== null;
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
function pressedAlone(event) {
  if (performance.now() < goUntil) {
    goUntil = 0;
    return goTo(event.key);
  }
  if (event.key === "/") return search();
  if (event.key === "?") run("help");
  else if (event.key === "g") goUntil = performance.now() + GO_MS;
  else return pressedInRows(event);
  return true;
}

/** @param {string} key */
function goTo(key) {
  const place = document.querySelector(`.rail [data-go="${CSS.escape(key)}"]`);
  if (place instanceof HTMLAnchorElement) place.click();
  return place !== null;
}

function search() {
  const field = document.querySelector("input[name=q]");
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}
