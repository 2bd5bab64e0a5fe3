/** What the page is made of. */

import { WORDS } from "./words.js";

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`#${id} is no ${kind.name}`);
}

/** @template {Element} T @param {ParentNode} parent @param {string} selector @param {new () => T} kind @returns {T} */
export function within(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`${selector} is no ${kind.name}`);
}

/** A copy of what a template holds. @param {string} id */
export function stamped(id) {
  return /** @type {HTMLElement} */ (element(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true));
}

/** @param {string} id @param {() => void} step */
export function onClick(id, step) {
  element(id, HTMLButtonElement).addEventListener("click", step);
}

/** @param {string} text @param {() => void} step */
export function button(text, step) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", step);
  return made;
}

/** A word of WORDS in every place that asks for one. */
export function sayWords() {
  for (const place of document.querySelectorAll("[data-say]")) {
    const word = WORDS[/** @type {keyof typeof WORDS} */ (place.getAttribute("data-say"))];
    if (typeof word === "string") place.textContent = word;
  }
}

/** To who does not see it. @param {string} text */
export function sayAloud(text) {
  element("said", HTMLElement).textContent = text;
}

/** Whether it could be. @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOld(text); // a page that is not over https may not
  }
}

/** @param {string} text */
function copyOld(text) {
  const area = document.createElement("textarea");
  area.value = text;
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
