// @ts-check
/**
 * A <details class="menu">, which opens without a script: Esc or a click elsewhere closes it and gives focus back,
 * arrows walk through its items.
 * @param {HTMLDetailsElement} menu
 */
export function connect(menu) {
  const summary = menu.querySelector("summary");
  const items = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll(".menu__list :is(a, button, input:not([type=hidden]), select)")]);

  const close = () => {
    menu.open = false;
    summary?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!menu.open) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) walk(step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** @param {number} by */
  const walk = (by) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[(at + by + all.length) % all.length]?.focus();
  };
  /** @param {Event} event */
  const onOutside = (event) => {
    if (menu.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  };

  menu.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", onOutside);
  return () => {
    menu.removeEventListener("keydown", onKey);
    document.removeEventListener("pointerdown", onOutside);
  };
}
