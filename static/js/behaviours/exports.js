// @ts-check
/**
 * The list of exports: while one is under way (data-under-way) it is asked for anew each second, and when this person is
 * told something. The tab's title tells how far it is; what came to an end is said, and whoever waited at it stands at
 * its download.
 */
import {announce} from "../announce.js";
import {listen} from "../live.js";
import {fragment} from "../live-fetch.js";
import {never, soon} from "../live-pace.js";
import {patch} from "../live-patch.js";

const EVERY_MS = 1_000;

/** @param {HTMLElement} element */
export function connect(element) {
  const ask = () => soon(element, refresh);

  async function refresh() {
    const answer = await fragment(location.pathname + location.search);
    const fresh = answer?.getElementById(element.id);
    if (!fresh || !element.isConnected) return;
    const waitedAt = document.activeElement?.closest("[data-export]")?.id ?? "";
    const before = statuses(element);
    await patch(element, fresh);
    document.title = `${element.dataset.title} · Turns`;
    for (const row of rows(element)) {
      if (!before.has(row.id) || before.get(row.id) === row.dataset.status) continue;
      announce(row.dataset.told ?? "");
      if (row.id === waitedAt) standAt(row);
    }
  }

  const clock = setInterval(() => element.dataset.underWay !== undefined && ask(), EVERY_MS);
  const stop = listen(({kind}) => {
    if (kind === "notification" || kind === "refetch") ask();
  });
  return () => {
    clearInterval(clock);
    stop();
    never(element);
  };
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function rows(list) {
  return [...list.querySelectorAll("[data-export]")].filter((row) => row instanceof HTMLElement);
}

/** @param {HTMLElement} list @returns {Map<string, string | undefined>} */
function statuses(list) {
  return new Map(rows(list).map((row) => [row.id, row.dataset.status]));
}

/** @param {HTMLElement} row */
function standAt(row) {
  const way = row.querySelector("[data-download]") ?? row;
  /** @type {HTMLElement} */ (way).focus({preventScroll: true});
}
