// @ts-check
/**
 * Ctrl K: one field over pages, actions, turns, properties and vendors. A combobox with a list, as screen readers know
 * it: focus stays in the field, the arrows move what is chosen, Enter opens it. Pages and actions are known here; rows
 * come from /palette?q= as a fragment, and only those that this person may see.
 */
import { open } from "./dialogs.js";
import { make, openDialog } from "./page.js";
import { run } from "./commands.js";

const WAIT_MS = 120;
const LEAST = 2;

/** @typedef {{words: string, icon: string, note?: string, act: () => void}} Doing */

export function show() {
  if (openDialog()) return;
  const { dialog, input, list, said } = draw();
  const state = { chosen: 0, asked: 0, abort: new AbortController() };
  const doings = [...places(), ...actions()];
  /** @type {HTMLElement[]} */
  let found = [];

  const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="option"]')]);
  const choose = (/** @type {number} */ at) => {
    const all = options();
    state.chosen = all.length ? (at + all.length) % all.length : 0;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === state.chosen)));
    const option = all[state.chosen];
    input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const refresh = () => {
    const words = input.value.trim().toLowerCase();
    const own = doings.filter((doing) => doing.words.toLowerCase().includes(words)).map(optionOf);
    list.replaceChildren(...found, ...(own.length ? [group("Go to or do"), ...own] : []));
    if (!list.children.length) list.append(group(`Nothing contains “${input.value.trim()}”`));
    options().forEach((option, index) => { option.id = `palette-${index}`; });
    said.textContent = `${options().length} found`;
    choose(0);
  };
  const ask = async () => {
    state.abort.abort();
    state.abort = new AbortController();
    const words = input.value.trim();
    const rows = words.length < LEAST ? [] : await rowsFor(words, state.abort.signal);
    if (rows) { found = rows; refresh(); }
  };

  input.addEventListener("input", () => {
    refresh();
    clearTimeout(state.asked);
    state.asked = window.setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(state.chosen + 1);
    else if (event.key === "ArrowUp") choose(state.chosen - 1);
    else if (event.key === "Enter") options()[state.chosen]?.click();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null;
    if (!(option instanceof HTMLElement)) return;
    dialog.close();
    const href = option.dataset.href;
    if (href && event.ctrlKey) window.open(href, "_blank");
    else if (href) location.assign(href);
    else option.dispatchEvent(new Event("turns:do"));
  });
  dialog.addEventListener("close", () => { state.abort.abort(); dialog.remove(); });
  document.body.append(dialog);
  open(dialog);
  refresh();
}

function draw() {
  const input = /** @type {HTMLInputElement} */ (make("input", {
    role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
    "aria-label": "Go to or do", placeholder: "Turn, address, vendor, page", autocomplete: "off", spellcheck: "false",
    enterkeyhint: "go",
  }));
  const list = make("ul", { class: "palette__list", id: "palette-list", role: "listbox", "aria-label": "Found" });
  const said = make("span", { class: "push", role: "status" });
  const hint = (/** @type {string[]} */ keys, /** @type {string} */ words) =>
    make("span", {}, [...keys.map((key) => make("kbd", {}, [key])), ` ${words}`]);
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "dialog palette", "aria-label": "Go to or do" }, [
    make("div", { class: "palette__input", "data-icon": "search" }, [
      input,
      make("button", { class: "button", type: "button", "data-kind": "quiet", "data-size": "small", "data-command": "close" }, ["Close"]),
    ]),
    list,
    make("p", { class: "palette__foot" }, [hint(["↑", "↓"], "choose"), hint(["Enter"], "open"), hint(["Esc"], "leave"), said]),
  ]));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return { dialog, input, list, said };
}

/** @param {string} words @param {AbortSignal} signal @returns {Promise<HTMLElement[] | null>} null: overtaken */
async function rowsFor(words, signal) {
  try {
    const answer = await fetch(`/palette?q=${encodeURIComponent(words)}`, {
      signal, headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return /** @type {HTMLElement[]} */ ([...page.querySelectorAll("#palette-found > li")]).map(asOption);
  } catch {
    if (signal.aborted) return null;
    return [group("The search does not answer. Pages and actions still work.")];
  }
}

/** A line of the page of what was found, as an option: an option holds no link of its own. @param {HTMLElement} line */
function asOption(line) {
  const link = line.querySelector("a");
  line.setAttribute("role", link ? "option" : "presentation");
  if (!link) return line;
  line.dataset.href = link.getAttribute("href") ?? "";
  link.replaceWith(make("span", { class: "clip" }, [...link.childNodes]));
  return line;
}

/** @param {string} words */
function group(words) {
  return make("li", { class: "palette__group", role: "presentation" }, [words]);
}

/** @param {Doing} doing */
function optionOf({ words, icon, note, act }) {
  const option = make("li", { class: "palette__option", role: "option", "data-icon": icon }, [make("span", { class: "clip" }, [words])]);
  if (note) option.append(make("span", { class: "menu__note" }, [note]));
  option.addEventListener("turns:do", act);
  return option;
}

/** @returns {Doing[]} the pages of the rail */
function places() {
  return /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".rail__link")]).map((link) => ({
    words: link.textContent?.trim() ?? "",
    icon: link.dataset.icon ?? "next",
    note: link.dataset.go ? `g ${link.dataset.go}` : "",
    act: () => link.click(),
  }));
}

/** @returns {Doing[]} what this page offers as data-palette="…", and what every page does */
function actions() {
  const offered = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#main [data-palette]")]).map((control) => ({
    words: control.dataset.palette || control.textContent?.trim() || "",
    icon: control.dataset.icon ?? "next",
    act: () => control.click(),
  }));
  const out = document.querySelector('form[action="/logout"]');
  return [
    ...offered,
    { words: "All keys", icon: "question", note: "?", act: () => run("help") },
    ...(out instanceof HTMLFormElement ? [{ words: "Sign out", icon: "out", act: () => out.requestSubmit() }] : []),
  ];
}
