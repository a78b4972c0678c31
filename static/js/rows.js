// @ts-check
/**
 * Walking through cards and rows: arrows or j k between them (left and right between columns), Enter opens, m moves,
 * x selects, e edits; where something waits for a decision a approves, r rejects, q asks. A row is whatever carries
 * data-turn, data-property, data-vendor, data-user or data-audit and has a link to its page.
 */

const ROW = "[data-turn], [data-property], [data-vendor], [data-user], [data-audit]";
const COLUMN = "section[data-stage], .board__column";

/** @param {KeyboardEvent} event @returns {boolean} whether the key was ours */
export function pressedInRows(event) {
  const row = rowOf(document.activeElement);
  switch (event.key) {
    case "j": return step(row, 1);
    case "k": return step(row, -1);
    case "ArrowDown": return (row !== null || document.activeElement === document.body) && step(row, 1);
    case "ArrowUp": return row !== null && step(row, -1);
    case "ArrowRight": return row !== null && across(row, 1);
    case "ArrowLeft": return row !== null && across(row, -1);
    case "Enter": return openFromBox(row);
    case "x": return select(row);
    case "m": return press(row, '[data-move], .turn-card__move, a[href$="/stage"]');
    case "e": return edit(row);
    case "a": return press(row, "[data-approve]");
    case "r": return press(row, "[data-reject]");
    case "q": return press(row, "[data-ask]");
    default: return false;
  }
}

/** @param {Element | null} element @returns {HTMLElement | null} the row it stands in, if it stands in one */
function rowOf(element) {
  const row = element?.closest(ROW);
  return row instanceof HTMLElement && isRow(row) ? row : null;
}

/** The page of one turn carries data-turn too, but stands in no list. @param {Element} element */
function isRow(element) {
  return element.closest("li, tr") !== null && linkOf(element) !== null;
}

/** @param {Element} row @returns {HTMLAnchorElement | null} the link that opens the row */
function linkOf(row) {
  return row.querySelector("[data-open], h3 a[href], th a[href], a[href]:not([data-move], .turn-card__move)");
}

/** @param {ParentNode} root @returns {HTMLElement[]} rows that can be seen, in order */
function rowsIn(root) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(ROW)]).filter(
    (row) => isRow(row) && row.checkVisibility(),
  );
}

/** @param {HTMLElement} row */
export function focusRow(row) {
  const link = linkOf(row);
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
  return link !== null;
}

/** @param {HTMLElement | null} row @param {number} by */
function step(row, by) {
  const list = row?.closest(COLUMN) ?? document;
  const rows = rowsIn(list);
  if (!rows.length) return false;
  const at = row ? rows.indexOf(row) : by > 0 ? -1 : rows.length;
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  return focusRow(next);
}

/** To the card at the same place of the next column that has cards. @param {HTMLElement} row @param {number} by */
function across(row, by) {
  const columns = [...document.querySelectorAll(COLUMN)];
  const here = columns.findIndex((column) => column.contains(row));
  if (here < 0) return false;
  const place = rowsIn(columns[here]).indexOf(row);
  for (let at = here + by; at >= 0 && at < columns.length; at += by) {
    const rows = rowsIn(columns[at]);
    if (rows.length) return focusRow(rows[Math.min(place, rows.length - 1)]);
  }
  return true;
}

/** A link opens by itself on Enter; a tick box in the row does not. @param {HTMLElement | null} row */
function openFromBox(row) {
  if (!row || !(document.activeElement instanceof HTMLInputElement)) return false;
  linkOf(row)?.click();
  return true;
}

/** @param {HTMLElement | null} row */
function select(row) {
  const box = row?.querySelector("input[type=checkbox]");
  if (!(box instanceof HTMLInputElement)) return false;
  box.click();
  return true;
}

/** Presses what the row has for this; on a page of one thing, what the page has. @param {HTMLElement | null} row @param {string} what */
function press(row, what) {
  const control = (row ?? document.getElementById("main"))?.querySelector(what);
  if (!(control instanceof HTMLElement)) return false;
  control.focus();
  control.click();
  return true;
}

/** @param {HTMLElement | null} row */
function edit(row) {
  if (press(row, '[data-edit], a[href$="/edit"]')) return true;
  const link = row && !row.closest("[data-read-only]") ? linkOf(row) : null;
  if (link) location.assign(`${link.pathname}/edit`);
  return link !== null;
}

/** Shift and a click ticks everything between this box and the one ticked before. @type {HTMLInputElement | null} */
let lastBox = null;

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !rowOf(box)) return;
  if (event.shiftKey && lastBox?.isConnected) tickBetween(lastBox, box);
  lastBox = box;
});

/** @param {HTMLInputElement} from @param {HTMLInputElement} to */
function tickBetween(from, to) {
  const boxes = rowsIn(to.closest(COLUMN) ?? document).map((row) => row.querySelector("input[type=checkbox]"));
  const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  if (first < 0) return;
  for (const box of boxes.slice(first, last + 1)) {
    if (!(box instanceof HTMLInputElement) || box.checked === to.checked) continue;
    box.checked = to.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
