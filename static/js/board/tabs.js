// @ts-check
/** On a phone one column shows at a time: the tab of its stage says which. */

/** @param {HTMLElement} board */
export function tabs(board) {
  const nav = board.parentElement?.querySelector(".stage-tabs");
  const links = new Map([...(nav?.querySelectorAll("a") ?? [])].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    const shown = entries.find((entry) => entry.isIntersecting)?.target;
    if (!shown || !nav?.checkVisibility()) return;
    for (const [id, link] of links) {
      if (id === shown.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const link = links.get(shown.id);
    // Not scrollIntoView(), which would move the page too.
    if (link) nav.scrollTo({ left: link.offsetLeft - nav.clientWidth / 3 });
  }, { root: board, threshold: 0.7 });
  for (const column of board.querySelectorAll("[data-stage]")) seen.observe(column);
  return () => seen.disconnect();
}
