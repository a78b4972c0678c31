// @ts-check
/**
 * A piece of a page that became a form: the cursor stands in its first field, Esc leaves it as it was.
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  const first = form.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  if (first instanceof HTMLElement && !form.querySelector(".problems")) first.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    const cancel = form.querySelector(".form-acts a[href]");
    if (cancel instanceof HTMLElement) cancel.click();
  });
}
