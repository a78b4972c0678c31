// @ts-check
import { announce } from "../announce.js";

/**
 * Adds a button that copies what stands in the frame's input. Without it the text can be selected as any other.
 * @param {HTMLElement} frame
 */
export function connect(frame) {
  const input = frame.querySelector("input");
  if (!input || !navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      button.textContent = "Copied";
      announce("Copied");
    } catch {
      // Refused by the browser: it is selected, and the keyboard copies it.
      announce("Selected: copy it by the keyboard");
    }
  });
  frame.append(button);
  return () => button.remove();
}
