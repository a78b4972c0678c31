// @ts-check
/**
 * A form is sent once, however often its button is pressed. (The write_id makes a second one harmless; this spares it.)
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // After this turn of the loop, so that another listener's preventDefault is known and the button is still sent along.
    queueMicrotask(() => {
      if (event.defaultPrevented && !isHtmx(form)) return;
      form.dataset.sent = "";
      event.submitter?.setAttribute("aria-busy", "true");
    });
  };
  const again = () => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };

  form.addEventListener("submit", onSubmit);
  form.addEventListener("htmx:finally:request", again);
  // The page may come back from the browser's memory with its form as it was left.
  window.addEventListener("pageshow", again);
  return () => window.removeEventListener("pageshow", again);
}

/** @param {HTMLFormElement} form */
function isHtmx(form) {
  return form.getAttributeNames().some((name) => /^(data-)?hx-(post|put|patch|delete|get)$/.test(name));
}
