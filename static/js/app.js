// @ts-check
/**
 * The entry of the page's scripts. Whatever carries data-behaviour="name" is handed to behaviours/name.js, whose
 * connect(element) may return a function that undoes it. Elements that come later (a swap, a live update) are found
 * too, and those that go are let go.
 */
import "./commands.js";
import "./keys.js";
import "./rows.js";
import "./swaps.js";

/** @type {Map<Element, Array<() => void>>} */
const connected = new Map();

/** @param {Element} element */
async function connect(element) {
  if (connected.has(element)) return;
  /** @type {Array<() => void>} */
  const undo = [];
  connected.set(element, undo);
  for (const name of (element.getAttribute("data-behaviour") ?? "").split(/\s+/).filter(Boolean)) {
    const behaviour = await import(`./behaviours/${name}.js`);
    // It may have gone while its module was on the way.
    if (!element.isConnected) return;
    const release = behaviour.connect(element);
    if (release) undo.push(release);
  }
}

/** @param {Element} element */
function disconnect(element) {
  for (const release of connected.get(element) ?? []) release();
  connected.delete(element);
}

/** @param {Node} node @param {(element: Element) => void} act */
function within(node, act) {
  if (!(node instanceof Element)) return;
  if (node.hasAttribute("data-behaviour")) act(node);
  for (const element of node.querySelectorAll("[data-behaviour]")) act(element);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.removedNodes) if (!node.isConnected) within(node, disconnect);
    for (const node of change.addedNodes) within(node, connect);
  }
}).observe(document.body, { childList: true, subtree: true });

// data-ready says that the page answers to everything it shows, and is not about to be changed under one's hands.
/** @type {Promise<void>[]} */
const first = [];
within(document.body, (element) => first.push(connect(element)));
Promise.allSettled(first).then(() => { document.documentElement.dataset.ready = ""; });
