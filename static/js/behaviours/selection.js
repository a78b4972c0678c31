// @ts-check
/**
 * The bar of what is ticked on the board: how many, how much, and what can be done with them, in a dialog step by step.
 * @param {HTMLFormElement} bar
 */
import { announce } from "../announce.js";
import { cardOf, heads, place } from "../board/cards.js";
import { build } from "../dialogs.js";
import { fragment } from "../live-fetch.js";
import { csrfToken } from "../page.js";

const MOST_IDS = 100;

/** @param {HTMLFormElement} bar */
export function connect(bar) {
  const page = bar.closest("#board-page") ?? document;
  const said = bar.querySelector("[data-picked]");
  const all = bar.querySelector("[data-pick=matching]");
  let everything = false;
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...page.querySelectorAll(`input[name=turn_id][form="${bar.id}"]`)]);
  const picked = () => boxes().filter((box) => box.checked);

  const tell = () => {
    const ticked = picked();
    for (const box of boxes()) box.closest("tr")?.toggleAttribute("data-selected", box.checked);
    bar.hidden = ticked.length === 0;
    if (!ticked.length) everything = false;
    if (all instanceof HTMLElement) all.hidden = everything || ticked.length >= count();
    if (said) said.textContent = everything ? `All ${count().toLocaleString("en")} selected` : `${ticked.length.toLocaleString("en")} selected`;
  };
  const count = () => Number(document.querySelector("#summary [data-count]")?.getAttribute("data-count") ?? 0);
  /** @param {boolean} on */
  const tickAll = (on) => {
    for (const box of boxes()) box.checked = on;
  };
  /** @param {Event} event */
  const onChange = (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    if (box.dataset.pickAll !== undefined) tickAll(box.checked);
    else if (box.getAttribute("form") !== bar.id) return;
    everything = false;
    tell();
  };
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-pick]") : null;
    if (!(button instanceof HTMLElement)) return;
    everything = button.dataset.pick === "matching";
    if (!everything) tickAll(false);
    tell();
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]") || bar.hidden) return;
    if (page.querySelector("[data-refused] form")) return;
    tickAll(false);
    tell();
  };
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    event.preventDefault();
    const what = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    const fields = new FormData(bar, what ?? undefined);
    if (everything) {
      fields.delete("turn_id");
      fields.set("all", "1");
    } else {
      for (const box of picked()) fields.set(`version-${box.value}`, versionOf(box));
    }
    void step(fields, what?.textContent?.trim() ?? "Change turns", () => {
      tickAll(false);
      tell();
    });
  };

  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
  bar.addEventListener("click", onClick);
  bar.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", tell);
  tell();
  return () => {
    document.removeEventListener("change", onChange);
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("pageshow", tell);
  };
}

/** Brings the board's cards up to date at once, whether or not the page hears of changes. @param {string[]} ids */
async function renew(ids) {
  const board = document.getElementById("board");
  if (!board || !ids.length) return;
  const query = new URLSearchParams(board.dataset.query);
  // As many as an address holds; what is beyond them comes with the events.
  for (const id of ids.slice(0, MOST_IDS)) query.append("turn_id", id);
  const answer = await fragment(`/board/changes?${query}`).catch(() => null);
  if (!answer) return;
  for (const id of ids.slice(0, MOST_IDS)) await place(board, cardOf(board, id), cardOf(answer, id), { mine: true });
  await heads(answer);
}

/** @param {HTMLInputElement} box */
function versionOf(box) {
  return box.closest("[data-turn]")?.getAttribute("data-version") ?? "";
}

/**
 * One step after the other in one dialog: choose, look, result.
 * @param {FormData} fields @param {string} title @param {() => void} done
 */
async function step(fields, title, done) {
  const dialog = build(title.replace(/…$/, ""), []);
  const body = dialog.querySelector(".dialog__body");
  if (!body) return;
  /** @param {FormData} sent */
  const show = async (sent) => {
    body.setAttribute("aria-busy", "true");
    const answer = await fetch("/board/bulk", {
      method: "POST",
      // As a plain form: files are none, and there may be thousands of fields.
      body: new URLSearchParams(/** @type {[string, string][]} */ ([...sent])),
      headers: { "HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": csrfToken(), Accept: "text/html" },
    }).catch(() => null);
    body.removeAttribute("aria-busy");
    if (!answer || (!answer.ok && answer.status !== 422)) {
      const fault = document.createElement("p");
      fault.className = "field__error";
      fault.setAttribute("role", "alert");
      fault.textContent = answer ? `Not done: the server answered ${answer.status}.` : "Not done: there is no connection. Try it again.";
      body.prepend(fault);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    body.replaceChildren(...[...page.body.children].map((part) => document.importNode(part, true)));
    const result = body.querySelector("[data-bulk-done]");
    if (result instanceof HTMLElement) {
      announce(result.querySelector("[role=status]")?.textContent?.trim() ?? "");
      done();
      void renew((result.dataset.bulkIds ?? "").split(" ").filter(Boolean));
    }
    const first = body.querySelector(":is(input:not([type=hidden]), select, textarea), button[data-kind=main], a[data-kind=main]");
    if (first instanceof HTMLElement) first.focus();
  };
  dialog.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.id !== "bulk-step") return;
    event.preventDefault();
    event.stopPropagation();
    void show(new FormData(form, event.submitter));
  }, true);
  dialog.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".bulk a.button") : null;
    if (!link) return;
    event.preventDefault();
    dialog.close();
  });
  await show(fields);
}
