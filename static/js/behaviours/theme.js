// @ts-check
/**
 * Shows a theme as soon as it is chosen; it is kept when the form is saved.
 * @param {HTMLElement} choices
 */
export function connect(choices) {
  choices.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) document.documentElement.dataset.theme = event.target.value;
  });
}
