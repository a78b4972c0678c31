// @ts-check
/** What the page knows of itself: its token against forgery, whether somebody types, what is open over it. */

/** The token that every POST by script carries as X-CSRF-Token. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}

/** @param {EventTarget | null} target whether keys pressed there are words */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset])");
}

/** Single keys can be switched off in the account; keys with Ctrl or ⌘ stay. */
export function singleKeysOn() {
  return document.documentElement.dataset.shortcuts !== "off";
}

/** The dialog that stands over the page, if one does. */
export function openDialog() {
  return /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"));
}

/**
 * Makes an element; text goes in as text.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {Array<Node | string>} [children]
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
