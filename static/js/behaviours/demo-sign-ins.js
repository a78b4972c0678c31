// @ts-check
/**
 * The demo addresses become buttons that fill in the e-mail.
 * @param {HTMLElement} list
 */
export function connect(list) {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=email]"));
  const password = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=password]"));
  if (!field || !password) return;
  for (const code of list.querySelectorAll("code")) {
    const address = code.textContent ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = address;
    button.addEventListener("click", () => {
      field.value = address;
      password.focus();
    });
    code.replaceWith(button);
  }
}
