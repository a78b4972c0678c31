// @ts-check
/**
 * A link whose page opens as a dialog over this one; its form is sent as on that page. Without a script it is a link.
 * data-key: the single key that presses it.
 * @param {HTMLAnchorElement} link
 */
import { build } from "../dialogs.js";
import { fragment } from "../live-fetch.js";
import { isTyping, openDialog, singleKeysOn } from "../page.js";

export function connect(link) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const page = await fragment(link.href).catch(() => null);
    if (!page) return void location.assign(link.href);
    const parts = [...page.body.children].map((part) => document.importNode(part, true));
    const dialog = build(link.dataset.dialogTitle ?? link.textContent ?? "", parts);
    const first = dialog.querySelector(".dialog__body :is(input:not([type=hidden]), select, textarea)");
    if (first instanceof HTMLElement) first.focus();
  });
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== link.dataset.key || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!singleKeysOn() || isTyping(event.target) || openDialog()) return;
    event.preventDefault();
    link.click();
  };
  if (link.dataset.key) document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
