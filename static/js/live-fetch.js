// @ts-check
/** Asking for a fragment of what changed. */

/**
 * @param {string} address
 * @param {boolean} [whole] the page instead
 * @returns {Promise<Document | null>} null where there is nothing (any more) for this person
 */
export async function fragment(address, whole = false) {
  const partial = {"HX-Request": "true", "HX-Request-Type": "partial"};
  const answer = await fetch(address, {
    headers: {Accept: "text/html", ...(whole ? {} : partial)},
    cache: "no-store",
    redirect: "manual",
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error(`status ${answer.status}`);
  if (!answer.ok) return null;
  if (whole) return new DOMParser().parseFromString(await answer.text(), "text/html");
  // A template's content keeps what a document would throw away: rows without their table.
  const parsed = new DOMParser().parseFromString(`<template>${await answer.text()}</template>`, "text/html");
  const holder = /** @type {HTMLTemplateElement} */ (parsed.querySelector("template"));
  const made = document.implementation.createHTMLDocument();
  made.body.append(holder.content);
  return made;
}
