// @ts-check
/**
 * Filters while one types and replaces the address, so that a copied or reloaded address shows the same view.
 *
 *   <form id="filters" action="/board" data-behaviour="filter-form" data-target="#board" data-swap="outerMorph">
 *
 * The answer to the fragment request replaces data-target. Empty fields are left out of the address; fields elsewhere on
 * the page (the header's q) belong to the form by their form attribute. Without a script the form is submitted.
 */

const WAIT_MS = 250;

/** @param {HTMLFormElement} form */
export function connect(form) {
  let timer = 0;
  let last = address(form);

  const apply = () => {
    clearTimeout(timer);
    const url = address(form);
    if (url === last) return;
    last = url;
    history.replaceState(history.state, "", url);
    // @ts-ignore htmx is the vendored script, loaded before
    htmx.ajax("GET", url, { source: form, target: form.dataset.target, swap: form.dataset.swap ?? "outerHTML" });
  };
  /** @param {Event} event */
  const onInput = (event) => {
    if (!belongs(form, event.target)) return;
    clearTimeout(timer);
    timer = window.setTimeout(apply, event.type === "change" ? 0 : WAIT_MS);
  };
  /** @param {SubmitEvent} event */
  const onSubmit = (event) => {
    event.preventDefault();
    apply();
  };

  document.addEventListener("input", onInput);
  document.addEventListener("change", onInput);
  form.addEventListener("submit", onSubmit);
  return () => {
    document.removeEventListener("input", onInput);
    document.removeEventListener("change", onInput);
  };
}

/** @param {HTMLFormElement} form @param {EventTarget | null} field */
function belongs(form, field) {
  return field !== null && "form" in field && field.form === form;
}

/** @param {HTMLFormElement} form */
function address(form) {
  const filled = [...new FormData(form)].filter(([name, value]) => String(value).trim() !== "" && name !== "csrf_token");
  const query = new URLSearchParams(/** @type {[string, string][]} */ (filled)).toString();
  const path = new URL(form.action, location.href).pathname;
  return query ? `${path}?${query}` : path;
}
