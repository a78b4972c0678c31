// @ts-check
/** "Move to…": the stages as a list, each with what it still asks for; a sheet on a phone. */
import { build } from "../dialogs.js";
import { make } from "../page.js";
import { fragment } from "../live-fetch.js";
import { addressOf, moveCard } from "./move.js";

/** @param {HTMLElement} board @param {HTMLElement} card @param {HTMLAnchorElement} link to the form */
export async function openMenu(board, card, link) {
  const page = await fragment(link.href).catch(() => null);
  const options = [...(page?.querySelectorAll("select[name=stage_id] option[value]:not([value=''])") ?? [])];
  if (!options.length) return void location.assign(link.href);
  const list = make("ul", { class: "sheet__stages" }, options.map((option) => make("li", {}, [choice(option)])));
  const dialog = build(addressOf(card), [make("p", { class: "soft", id: "move-to" }, ["Move to…"]), list]);
  dialog.classList.add("sheet");
  list.setAttribute("aria-labelledby", "move-to");
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("button:not(:disabled)")]);
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button || button.disabled) return;
    dialog.close();
    void moveCard(board, card, button.value);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = buttons();
    all[(all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) + step + all.length) % all.length]?.focus();
  });
  buttons()[0]?.focus();
}

/** @param {Element} option */
function choice(option) {
  const { name = "", hint = "" } = /** @type {HTMLOptionElement} */ (option).dataset;
  const value = option.getAttribute("value") ?? "";
  const button = make("button", { class: "menu__item", type: "button", value, "data-stage": value, "data-icon": "stage" }, [
    make("span", {}, [name]),
    make("span", { class: "menu__note" }, [hint]),
  ]);
  if (option.hasAttribute("disabled")) {
    button.setAttribute("aria-current", "true");
    button.setAttribute("disabled", "");
  }
  return button;
}
