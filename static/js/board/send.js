// @ts-check
/** Sending what is done on the board. The answer holds only what changed; the filter in force goes along for it. */
import { csrfToken } from "../page.js";

/**
 * @typedef {object} Answer
 * @property {number} status 0 where the server was not reached
 * @property {Document} page
 * @property {string} note what was done, in words
 * @property {number} version
 */

/**
 * @param {HTMLElement} board @param {string} path @param {Record<string, string>} fields
 * @returns {Promise<Answer>}
 */
export async function send(board, path, fields) {
  const body = new URLSearchParams({ write_id: newWriteId(), ...fields, board: board.dataset.query ?? "" });
  try {
    const answer = await fetch(path, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": csrfToken(), Accept: "text/html" },
    });
    return await read(answer);
  } catch {
    return { status: 0, page: document.implementation.createHTMLDocument(), note: "", version: 0 };
  }
}

/** @param {Response} answer @returns {Promise<Answer>} */
async function read(answer) {
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  return {
    status: answer.status,
    page: parsed,
    note: unescape(answer.headers.get("X-Turns-Note") ?? ""),
    version: Number(answer.headers.get("X-Turns-Version")),
  };
}

/** A header holds plain letters only; others come as character references. @param {string} escaped */
function unescape(escaped) {
  return escaped.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** Not crypto.randomUUID(), which there is only over https. */
export function newWriteId() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("-");
}

/** What a page of refusal says. @param {Answer} answer */
export function refusalOf({ status, page }) {
  if (status === 0) return "there is no connection";
  const title = page.querySelector(".message h1, .message h2")?.textContent?.trim();
  return title || `the server answered ${status}`;
}
