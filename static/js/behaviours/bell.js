// @ts-check
/** The header's bell: how much is new, asked for anew when this person is told something. */
import {announce} from "../announce.js";
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";

/** @param {HTMLElement} element */
export function connect(element) {
  async function refresh() {
    const answer = await fragment("/notifications/bell");
    const fresh = answer?.getElementById(element.id);
    if (!fresh || !element.isConnected) return;
    const more = Number(fresh.dataset.unread) > Number(element.dataset.unread);
    element.dataset.unread = fresh.dataset.unread;
    element.setAttribute("aria-label", fresh.getAttribute("aria-label") ?? "");
    element.replaceChildren(...fresh.childNodes);
    if (more) announce(fresh.getAttribute("aria-label") ?? "");
  }

  const stop = listen(({kind}) => {
    if (kind === "notification" || kind === "refetch") soon(element, refresh);
  });
  return () => {
    stop();
    never(element);
  };
}
