// @ts-check
/**
 * A list that is put in another order by dragging a row at its grip; let go of, the form is sent. Without a script, and
 * by keys, each row's own buttons move it one place.
 * @param {HTMLFormElement} form
 */
export function connect(form) {
  /** @type {{row: HTMLElement, list: Element, next: Element | null} | null} */
  let held = null;

  /** @param {PointerEvent} event */
  const onDown = (event) => {
    const grip = event.target instanceof Element ? event.target.closest("[data-grip]") : null;
    const row = grip?.closest("[data-order-item]");
    if (event.button !== 0 || !(row instanceof HTMLElement) || !row.parentElement) return;
    event.preventDefault();
    held = { row, list: row.parentElement, next: row.nextElementSibling };
    row.dataset.dragging = "";
  };
  /** @param {PointerEvent} event */
  const onMove = (event) => {
    if (!held) return;
    const others = [...held.list.querySelectorAll("[data-order-item]:not([data-dragging])")];
    const next = others.find((other) => event.clientY < middle(other)) ?? null;
    if (next !== held.row.nextElementSibling) held.list.insertBefore(held.row, next);
  };
  const onUp = () => {
    const done = letGo();
    if (done && done.row.nextElementSibling !== done.next) form.requestSubmit();
  };
  const onCancel = () => {
    const done = letGo();
    done?.list.insertBefore(done.row, done.next);
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => { if (event.key === "Escape" && held) onCancel(); };

  const letGo = () => {
    const done = held;
    held = null;
    if (done) delete done.row.dataset.dragging;
    return done;
  };

  form.addEventListener("pointerdown", onDown);
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", onUp);
  window.addEventListener("pointercancel", onCancel);
  document.addEventListener("keydown", onKey);
  return () => {
    window.removeEventListener("pointermove", onMove);
    window.removeEventListener("pointerup", onUp);
    window.removeEventListener("pointercancel", onCancel);
    document.removeEventListener("keydown", onKey);
  };
}

/** @param {Element} row */
function middle(row) {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2;
}
