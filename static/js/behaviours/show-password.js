// @ts-check
/**
 * Adds a button that shows what was typed in a password field.
 * @param {HTMLElement} frame
 */
export function connect(frame) {
  const input = frame.querySelector("input");
  if (!input) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.kind = "quiet";
  button.dataset.size = "small";
  button.dataset.icon = "eye";
  const say = () => {
    const hidden = input.type === "password";
    button.textContent = hidden ? "Show" : "Hide";
    button.setAttribute("aria-pressed", String(!hidden));
  };
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    say();
    input.focus();
  });
  // Sent as a password, so that the browser offers to keep it and never as a word it remembers.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
  say();
  frame.append(button);
  return () => button.remove();
}
