// @ts-check
/** data-command="…" on a button: open (the dialog named in data-for), close, help, palette. */
import { open } from "./dialogs.js";

/** @type {Record<string, (button: HTMLElement) => void>} */
const commands = {
  open: (button) => {
    const dialog = document.getElementById(button.dataset.for ?? "");
    if (dialog instanceof HTMLDialogElement) open(dialog);
  },
  close: (button) => button.closest("dialog")?.close(),
  help: () => void import("./help.js").then((help) => help.show()),
  palette: () => void import("./palette.js").then((palette) => palette.show()),
};

/** @param {string} name @param {HTMLElement} [button] */
export function run(name, button = document.body) {
  commands[name]?.(button);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-command]") : null;
  if (button instanceof HTMLElement) run(button.dataset.command ?? "", button);
});
