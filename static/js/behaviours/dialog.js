// @ts-check
/**
 * A <dialog> in the page: a click beside it closes it. data-command="open" data-for="<id>" opens it.
 * @param {HTMLDialogElement} dialog
 */
export function connect(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
