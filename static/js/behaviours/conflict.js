// @ts-check
/**
 * The page of two versions: touching the field of a merge chooses it.
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  for (const row of form.querySelectorAll("[data-conflict]")) {
    const merge = row.querySelector('input[type=radio][value="merge"]');
    row.querySelector(".conflict__merge")?.addEventListener("input", (event) => {
      if (merge instanceof HTMLInputElement && event.target !== merge) merge.checked = true;
    });
  }
}
