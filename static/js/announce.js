// @ts-check
/** Says a sentence to people who listen to the page: "Moved 9720 Little Harbor Way to Final Walk, 3 of 12". */

/** @param {string} sentence */
export function announce(sentence) {
  const line = document.getElementById("announcer");
  if (!line) return;
  // The same sentence twice is news twice, so the line is emptied first.
  line.textContent = "";
  requestAnimationFrame(() => { line.textContent = sentence; });
}
