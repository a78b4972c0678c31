// @ts-check
/**
 * Takes focus when it appears: the list of what was refused.
 * @param {HTMLElement} element
 */
export function connect(element) {
  element.focus();
}
