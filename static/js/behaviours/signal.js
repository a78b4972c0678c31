// @ts-check
/** The header's word on whether this page hears of others' changes. */
import {watch} from "../live.js";

const WORDS = {opening: "", live: "Live", away: "Not live: reconnecting", refused: "Not live: sign in again"};

/** @param {HTMLElement} element */
export function connect(element) {
  return watch((state) => {
    element.hidden = !WORDS[state];
    element.dataset.state = state === "live" ? "live" : "away";
    if (element.textContent !== WORDS[state]) element.textContent = WORDS[state];
  });
}
