// @ts-check
/** The header's word on whether this page hears of others' changes. */
import {announce} from "../announce.js";
import {watch} from "../live.js";

const WORDS = {opening: "", live: "Live", away: "Not live: reconnecting", refused: "Not live: sign in again"};

/** @param {HTMLElement} element */
export function connect(element) {
  return watch((state) => {
    const was = element.dataset.state;
    element.hidden = !WORDS[state];
    element.dataset.state = state === "away" || state === "refused" ? "away" : "live";
    element.dataset.icon = element.dataset.state === "live" ? "live" : "offline";
    if (element.textContent === WORDS[state]) return;
    element.textContent = WORDS[state];
    // That all is well is no news on every page; that the line went, or came back, is.
    if (was === "away" || element.dataset.state === "away") announce(WORDS[state]);
  });
}
