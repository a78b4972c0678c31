// @ts-check
/**
 * The item of a list that opened by itself, after the one before it was done with: its keys work at once.
 * @param {HTMLElement} item
 */
import { focusRow } from "../rows.js";

export function connect(item) {
  focusRow(item);
  item.scrollIntoView({ block: "start" });
}
