// @ts-check
/** A column goes on when one has scrolled near its end, or by its link. */
import { fragment } from "../live-fetch.js";
import { cardOf } from "./cards.js";

/** @param {HTMLElement} board */
export function windows(board) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) void load(entry.target);
    // @ts-ignore scrollMargin is younger than the types: so early that one never waits at a column's end
  }, { root: board, scrollMargin: "600px" });

  /** @param {Element} link */
  async function load(link) {
    seen.unobserve(link);
    const item = link.closest("li");
    const answer = await fragment(/** @type {HTMLAnchorElement} */ (link).href).catch(() => null);
    // Without an answer the link stays, to be pressed.
    if (!answer || !item?.isConnected) return;
    for (const next of [...answer.querySelectorAll("li")]) {
      const id = next.getAttribute("data-turn");
      // One that was moved here meanwhile stands here already.
      if (!id || !cardOf(board, id)) item.before(document.importNode(next, true));
    }
    item.remove();
    watch();
  }
  const watch = () => {
    for (const link of board.querySelectorAll('.board__more [rel="next"]')) seen.observe(link);
  };
  /** @param {Event} event */
  const onClick = (event) => {
    const link = event.target instanceof Element ? event.target.closest('.board__more [rel="next"]') : null;
    if (!link) return;
    event.preventDefault();
    const list = link.closest("[data-cards]");
    const card = link.closest("li")?.previousElementSibling;
    void load(link).then(() => {
      const next = card?.nextElementSibling?.querySelector("h3 a");
      if (next instanceof HTMLElement && list?.contains(next)) next.focus();
    });
  };
  board.addEventListener("click", onClick);
  watch();
  return () => {
    board.removeEventListener("click", onClick);
    seen.disconnect();
  };
}
