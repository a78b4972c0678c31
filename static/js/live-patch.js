// @ts-check
/**
 * Bringing a part of the page up to date without getting in anybody's way: what is being typed in, what is open and what
 * has the focus stays as it is.
 */

/** @type {WeakSet<HTMLFormElement>} */
const typedIn = new WeakSet();
document.addEventListener("input", ({target}) => {
  const form = /** @type {HTMLInputElement} */ (target).form;
  if (form) typedIn.add(form);
});
document.addEventListener("reset", ({target}) => typedIn.delete(/** @type {HTMLFormElement} */ (target)));

const EDITABLE = "input, textarea, select, [contenteditable]";
// A field that became a form in its place is open, too.
const OPEN = "details[open], dialog[open], :popover-open, [aria-expanded=true], form[data-behaviour~=in-place]";
// What a refused form holds was typed, though its page has just come.
const REFUSED = "[data-error-for], [data-conflict]";

/** Whether somebody typed or chose something here that was not sent. */
export function isTouched(/** @type {HTMLFormElement} */ form) {
  return typedIn.has(form) || form.querySelector(REFUSED) !== null || [...form.elements].some(differs);
}

/** @param {any} control */
function differs(control) {
  if (control.type === "hidden" || control.type === "submit" || control.type === "button") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control instanceof HTMLSelectElement) return differingOption(control);
  return "defaultValue" in control && control.value !== control.defaultValue;
}

/** @param {HTMLSelectElement} select */
function differingOption(select) {
  const byDefault = [...select.options].filter((option) => option.defaultSelected);
  if (!byDefault.length) return !select.multiple && select.selectedIndex > 0;
  return [...select.options].some((option) => option.selected !== option.defaultSelected);
}

/**
 * What must be left alone in `root`.
 * @param {Element} root
 * @returns {Element[]}
 */
export function held(root) {
  /** @type {Set<Element>} */
  const found = new Set(root.querySelectorAll(OPEN));
  for (const form of formsOf(root)) {
    if (!isTouched(form)) continue;
    found.add(form);
    // A tick in a row belongs to a form elsewhere; its row must keep the version that was seen with it.
    for (const control of form.elements) if (!form.contains(control) && differs(control)) found.add(control);
  }
  const focused = document.activeElement;
  if (focused && root.contains(focused) && focused.matches(EDITABLE)) found.add(focused.closest("form") ?? focused);
  return [...found].filter((element) => root.contains(element));
}

/** @param {Element} root @returns {HTMLFormElement[]} */
function formsOf(root) {
  return root instanceof HTMLFormElement ? [root] : [...root.querySelectorAll("form")];
}

/**
 * Make `old` look like `fresh`, but for what is held.
 * @param {Element} old
 * @param {Element} fresh
 * @returns {Promise<boolean>} whether all of it was brought up to date
 */
export async function patch(old, fresh) {
  formsOf(old).forEach((form) => tellOfNewer(form, fresh));
  const kept = held(old).map((element) => keepable(element, old, fresh));
  if (kept.includes(old)) return false;
  const focused = document.activeElement;
  kept.forEach((element) => element.setAttribute("hx-morph-skip", ""));
  // @ts-ignore (htmx is a classic script)
  await htmx.swap({sourceElement: old, target: old, text: fresh.outerHTML, swap: "outerMorph"});
  kept.forEach((element) => element.removeAttribute("hx-morph-skip"));
  refocus(old, focused);
  return !kept.length;
}

/** The nearest part around `element` that the fresh state knows too, so that the morph finds and spares it. */
function keepable(/** @type {Element} */ element, /** @type {Element} */ root, /** @type {Element} */ fresh) {
  let part = element;
  while (part !== root && !(part.id && fresh.querySelector(`#${CSS.escape(part.id)}`))) {
    part = part.parentElement ?? root;
  }
  return part;
}

/** @param {Element} root @param {Element | null} focused */
function refocus(root, focused) {
  if (!focused || focused === document.body || document.activeElement === focused) return;
  if (!focused.isConnected) {
    const same = [...root.querySelectorAll(focused.tagName)].find((element) => likeness(element) === likeness(focused));
    /** @type {HTMLElement | undefined} */ (same)?.focus({preventScroll: true});
  } else {
    /** @type {HTMLElement} */ (focused).focus({preventScroll: true});
  }
}

/** @param {Element} element */
function likeness(element) {
  return [element.getAttribute("href"), element.getAttribute("name"), element.textContent?.trim()].join("\n");
}

/** Say in a touched form that its row has a newer version; the form itself stays as it is. */
function tellOfNewer(/** @type {HTMLFormElement} */ form, /** @type {Element} */ fresh) {
  const mine = version(form);
  const theirs = version(counterpart(form, fresh)) ?? fresh.getAttribute("data-version");
  if (!mine || !theirs || mine === theirs || !isTouched(form) || form.querySelector("[data-live-note]")) return;
  const note = document.createElement("p");
  note.className = "banner";
  note.dataset.liveNote = "";
  note.setAttribute("role", "status");
  note.textContent =
    "Somebody changed this meanwhile. What you typed is kept; save it, and only what you both changed is asked about.";
  form.prepend(note);
}

/** @param {HTMLFormElement} form @param {Element} fresh */
function counterpart(form, fresh) {
  const action = form.getAttribute("action");
  return formsOf(fresh).find((other) => other.getAttribute("action") === action);
}

/** @param {HTMLFormElement | undefined} form */
function version(form) {
  return form?.querySelector("input[name=version]")?.getAttribute("value");
}
