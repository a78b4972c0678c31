// @ts-check
/**
 * The page of two versions: touching the field of a merge chooses it, and in long text what was taken out and put in
 * since is marked.
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  for (const row of form.querySelectorAll("[data-conflict]")) {
    const merge = /** @type {HTMLInputElement | null} */ (row.querySelector('input[type=radio][value="merge"]'));
    row.querySelector(".conflict__merge")?.addEventListener("input", (event) => {
      if (merge && event.target !== merge) merge.checked = true;
    });
    const base = row.querySelector("[data-base][data-text]");
    if (!base) continue;
    for (const side of row.querySelectorAll("[data-server], [data-local]")) mark(base.textContent ?? "", side);
  }
}

/** A word with the space after it, so that spaces between changed words do not break a change in pieces. */
const WORDS = /\s*\S+\s*/g;
/** Above this many words the comparison would be felt. */
const MOST_WORDS = 1500;

/** @param {string} was @param {Element} side */
function mark(was, side) {
  const before = was.match(WORDS) ?? [];
  const after = (side.textContent ?? "").match(WORDS) ?? [];
  if (before.length > MOST_WORDS || after.length > MOST_WORDS) return;
  const pieces = differences(before, after);
  // What was taken out must not become part of the element's text: it is drawn from an attribute.
  side.replaceChildren(...pieces.map(([kind, words]) => {
    if (kind === "same") return document.createTextNode(words);
    const element = document.createElement(kind === "in" ? "ins" : "del");
    if (kind === "in") element.textContent = words;
    else element.dataset.out = words;
    return element;
  }));
}

/**
 * The longest common run of words, and around it what was taken out and put in.
 * @param {string[]} before @param {string[]} after
 * @returns {Array<["same" | "in" | "out", string]>}
 */
export function differences(before, after) {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  /** @type {Array<["same" | "in" | "out", string]>} */
  const pieces = [];
  let [i, j, out, put] = [0, 0, "", ""];
  const flush = () => {
    if (out) pieces.push(["out", out]);
    if (put) pieces.push(["in", put]);
    [out, put] = ["", ""];
  };
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      flush();
      pieces.push(["same", before[i]]);
      i++;
      j++;
    } else if (i < before.length && (j === after.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      out += before[i++];
    } else {
      put += after[j++];
    }
  }
  flush();
  return pieces;
}
