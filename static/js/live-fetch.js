// @ts-check
/** Asking for a fragment of what changed. */

/**
 * @param {string} address
 * @returns {Promise<Document | null>} null where there is nothing (any more) for this person
 */
export async function fragment(address) {
  const answer = await fetch(address, {
    headers: {"HX-Request": "true", "HX-Request-Type": "partial", Accept: "text/html"},
    cache: "no-store",
    redirect: "manual",
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error(`status ${answer.status}`);
  if (!answer.ok) return null;
  // A template's content keeps what a document would throw away: rows without their table.
  const parsed = new DOMParser().parseFromString(`<template>${await answer.text()}</template>`, "text/html");
  const holder = /** @type {HTMLTemplateElement} */ (parsed.querySelector("template"));
  const made = document.implementation.createHTMLDocument();
  made.body.append(holder.content);
  return made;
}
