// @ts-check
/** The dialog of all keys. The places of `g` are read from the rail, so that it names only pages that exist. */
import { build } from "./dialogs.js";
import { make, openDialog, singleKeysOn } from "./page.js";

const KEYS = [
  ["Everywhere", [
    [["?"], "these keys"],
    [["/"], "search this page"],
    [["Ctrl", "K"], "find or do anything (⌘ K on a Mac)"],
    [["Ctrl", "Enter"], "save the form"],
    [["Ctrl", "Z"], "undo, while a message offers it"],
    [["Esc"], "close, leave"],
  ]],
  ["In cards and rows", [
    [["j"], "next (or ↓)"],
    [["k"], "previous (or ↑)"],
    [["←", "→"], "the column beside"],
    [["Enter"], "open"],
    [["m"], "move to another stage"],
    [["x"], "select"],
    [["e"], "edit"],
    [["a"], "approve, in approvals"],
    [["r"], "reject: write why"],
    [["q"], "ask for information"],
  ]],
];

export function show() {
  if (openDialog()) return;
  const places = [...document.querySelectorAll(".rail [data-go]")].map((place) => [
    ["g", place.getAttribute("data-go") ?? ""],
    place.textContent?.trim() ?? "",
  ]);
  const parts = [KEYS[0], ["Go to", places], KEYS[1]].filter(([, rows]) => rows.length);
  const off = singleKeysOn() ? [] : [make("p", { class: "soft" }, ["Single keys are switched off in your account."])];
  const dialog = build("Keys", [...off, ...parts.flatMap(([title, rows]) => part(String(title), /** @type {any} */ (rows)))]);
  // There are more than a window holds: the list is scrolled by keys, too.
  dialog.querySelector(".dialog__body")?.setAttribute("tabindex", "0");
}

/** @param {string} title @param {Array<[string[], string]>} rows */
function part(title, rows) {
  const list = make("dl", { class: "keys" });
  for (const [keys, words] of rows) {
    list.append(make("dt", {}, keys.map((key) => make("kbd", {}, [key]))), make("dd", {}, [words]));
  }
  return [make("h3", {}, [title]), list];
}
