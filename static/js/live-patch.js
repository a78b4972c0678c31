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
const OPEN = "details[open], dialog[open], :popover-open, [aria-expanded=true]";

/** Whether somebody typed or chose something here that was not sent. */
export function isTouched(/** @type {HTMLFormElement} */ form) {
  return typedIn.has(form) || [...form.elements].some(differs);
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

/** What must be left alone in `root`: each its nearest part with an id, or `root` itself. */
export function held(/** @type {Element} */ root) {
  /** @type {Set<Element>} */
  const found = new Set();
  const hold = (/** @type {Element} */ element) => found.add(element.closest("[id]") ?? root);
  for (const form of root.querySelectorAll("form")) if (isTouched(form)) hold(form);
  for (const open of root.querySelectorAll(OPEN)) hold(open);
  const focused = document.activeElement;
  if (focused && root.contains(focused) && focused.matches(EDITABLE)) hold(focused.closest("form") ?? focused);
  return [...found].map((element) => (root.contains(element) ? element : root));
}

/**
 * Make `old` look like `fresh`, but for what is held.
 * @param {Element} old
 * @param {Element} fresh
 * @returns {Promise<boolean>} whether all of it was brought up to date
 */
export async function patch(old, fresh) {
  const kept = held(old);
  kept.forEach((element) => tellOfNewer(element, fresh));
  if (kept.some((element) => element === old || !fresh.querySelector(`#${CSS.escape(element.id)}`))) return false;
  const focused = document.activeElement;
  kept.forEach((element) => element.setAttribute("hx-morph-skip", ""));
  // @ts-ignore (htmx is a classic script)
  await htmx.swap({sourceElement: old, target: old, text: fresh.outerHTML, swap: "outerMorph"});
  kept.forEach((element) => element.removeAttribute("hx-morph-skip"));
  refocus(old, focused);
  return !kept.length;
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

/** Say beside each touched form that its row has a newer version; the form itself stays as it is. */
function tellOfNewer(/** @type {Element} */ part, /** @type {Element} */ fresh) {
  const forms = part instanceof HTMLFormElement ? [part] : part.querySelectorAll("form");
  for (const form of forms) {
    const mine = version(form);
    const theirs = mine && version(counterpart(form, fresh));
    if (!mine || !theirs || mine === theirs || !isTouched(form) || form.querySelector("[data-live-note]")) continue;
    const note = document.createElement("p");
    note.className = "banner";
    note.dataset.liveNote = "";
    note.setAttribute("role", "status");
    note.textContent =
      "Somebody changed this meanwhile. What you typed is kept: save it, and only what you both changed is asked about.";
    form.prepend(note);
  }
}

/** @param {HTMLFormElement} form @param {Element} fresh */
function counterpart(form, fresh) {
  const action = form.getAttribute("action");
  return [...fresh.querySelectorAll("form")].find((other) => other.getAttribute("action") === action);
}

/** @param {HTMLFormElement | undefined} form */
function version(form) {
  return form?.querySelector("input[name=version]")?.getAttribute("value");
}
