// @ts-check
/**
 * Marks a form that has been touched (data-dirty), so that live updates leave it and its version alone, and asks before
 * a link leads away from what was typed.
 */
import { ask } from "../dialogs.js";

/** @param {HTMLFormElement} form */
export function connect(form) {
  const touch = () => { form.dataset.dirty = ""; };
  const clean = () => { delete form.dataset.dirty; };
  /** @param {MouseEvent} event */
  const onLeave = async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (form.dataset.dirty === undefined || !(link instanceof HTMLAnchorElement) || !leadsAway(link, event)) return;
    event.preventDefault();
    const sure = await ask("Leave without saving?", "What you typed here is not saved yet.", "Leave", "Keep typing");
    if (!sure) return;
    clean();
    link.click();
  };

  form.addEventListener("input", touch);
  form.addEventListener("submit", clean);
  document.addEventListener("click", onLeave, true);
  return () => document.removeEventListener("click", onLeave, true);
}

/** @param {HTMLAnchorElement} link @param {MouseEvent} event */
function leadsAway(link, event) {
  const opensBeside = event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank";
  return !opensBeside && !link.getAttribute("href")?.startsWith("#") && !link.hasAttribute("hx-get");
}
