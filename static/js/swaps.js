// @ts-check
/**
 * What must hold around every swap by htmx: the token goes along, focus is not lost, the title and the listeners learn
 * what changed, and a refusal that is no form does not replace a piece of the page but is said.
 *
 * A fragment's root may carry data-title ("Board · 37", for the tab) and data-announce ("37 turns", for listeners).
 */
import { announce } from "./announce.js";
import { csrfToken } from "./page.js";
import { focusRow } from "./rows.js";
import { toast } from "./toasts.js";

/** These come back as the form or the conflict itself, to be shown in its place. */
const FORMS = new Set([409, 422]);
/** @type {Element | null} */
let focusedRow = null;

document.addEventListener("htmx:config:request", (event) => {
  const { request } = detail(event).ctx;
  if (request.method.toUpperCase() !== "GET") request.headers["X-CSRF-Token"] = csrfToken();
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = detail(event);
  const status = ctx.response?.status ?? 200;
  if (status >= 400 && !FORMS.has(status)) {
    event.preventDefault();
    sayRefusal(ctx.text, status);
    return;
  }
  focusedRow = document.activeElement?.closest("[data-turn], [data-property], [data-vendor]") ?? null;
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = detail(event);
  keepFocus(ctx.target);
  const told = piece(ctx);
  if (told?.dataset.title) document.title = `${told.dataset.title} · Turns`;
  if (told?.dataset.announce) announce(told.dataset.announce);
});

document.addEventListener("htmx:error", () => {
  toast("Not sent: there is no connection. Try again in a moment.", { kind: "error" });
});

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

/** The swapped piece as it now stands. @param {any} ctx @returns {HTMLElement | null} */
function piece(ctx) {
  const element = ctx.target?.id ? document.getElementById(ctx.target.id) : ctx.target;
  if (!(element instanceof HTMLElement)) return null;
  return element.matches("[data-announce], [data-title]") ? element : element.querySelector("[data-announce], [data-title]");
}

/** htmx brings focus back to what has an id; a card or row is found by its own mark. @param {Element} target */
function keepFocus(target) {
  if (document.activeElement !== document.body || !focusedRow || !(target instanceof Element)) return;
  for (const mark of ["data-turn", "data-property", "data-vendor"]) {
    const id = focusedRow.getAttribute(mark);
    const now = id && document.querySelector(`[${mark}="${CSS.escape(id)}"]`);
    if (now instanceof HTMLElement) return void focusRow(now);
  }
}

/** @param {string} html @param {number} status */
function sayRefusal(html, status) {
  const page = new DOMParser().parseFromString(html ?? "", "text/html");
  const words = [...page.querySelectorAll(".message h2, .message .lead")].map((part) => part.textContent?.trim());
  toast(words.filter(Boolean).join(". ") || `Not done: the server answered ${status}.`, { kind: "error" });
}
