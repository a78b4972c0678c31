// @ts-check
/**
 * The bar of what is ticked: how many, and nothing where none is. The box in the table's head ticks all that are shown.
 * @param {HTMLFormElement} bar
 */
export function connect(bar) {
  const said = bar.querySelector("[data-picked]");
  const noun = [bar.dataset.one ?? "property", bar.dataset.many ?? "properties"];
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(`input[type=checkbox][form="${bar.id}"]`)]);

  const tell = () => {
    const picked = boxes().filter((box) => box.checked);
    for (const box of boxes()) box.closest("tr")?.toggleAttribute("data-selected", box.checked);
    bar.hidden = picked.length === 0;
    if (said) said.textContent = `${picked.length.toLocaleString("en")} ${noun[picked.length === 1 ? 0 : 1]}`;
  };
  /** @param {Event} event */
  const onChange = (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    if (box.dataset.pickAll !== undefined) for (const other of boxes()) other.checked = box.checked;
    else if (box.getAttribute("form") !== bar.id) return;
    tell();
  };

  document.addEventListener("change", onChange);
  window.addEventListener("pageshow", tell);
  tell();
  return () => {
    document.removeEventListener("change", onChange);
    window.removeEventListener("pageshow", tell);
  };
}
