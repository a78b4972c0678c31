// @ts-check
/**
 * A piece of a page that became a form: the cursor stands in its first field, Esc leaves it as it was, and when it goes
 * focus is back on what opened it.
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  const first = form.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  if (first instanceof HTMLElement && !form.querySelector(".problems")) first.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    delete form.dataset.dirty;
    const cancel = form.querySelector("[data-cancel], .form-acts a[href]");
    if (cancel instanceof HTMLElement) cancel.click();
  });
  const place = form.closest(".fact")?.id;
  return () => {
    const opener = place && document.querySelector(`#${CSS.escape(place)} .fact__edit`);
    if (opener instanceof HTMLElement && document.activeElement === document.body) opener.focus();
  };
}
