/** One row: a document's, or the name of a folder. */

import { seen, shownDate, shownSize } from "./format.js";
import { stamped, within } from "./page.js";
import { told, WORDS } from "./words.js";
import { Doc } from "./documents.js";

/** @typedef {import("./documents.js").Group} Group */
/** @typedef {import("./documents.js").Item} Item */
/** @typedef {{isNew(doc: Doc): boolean, isSelected(doc: Doc): boolean}} Look */

/** @param {Item} item @param {Look} look */
export const rowOf = (item, look) => (item instanceof Doc ? documentRow(item, look) : groupRow(item));

/** @param {Doc} item @param {Look} look */
function documentRow(item, look) {
  const row = stamped("row");
  const [pick, name, folder, size, date, acts] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
  const text = seen(item.name) || seen(item.key);
  row.dataset.key = item.key;
  fillPick(within(pick, "input", HTMLInputElement), text, look.isSelected(item));
  fillName(name, item, text, look.isNew(item));
  within(folder, "bdi", HTMLElement).textContent = seen(item.folder);
  size.textContent = Number.isNaN(item.size) ? "" : shownSize(item.size);
  date.textContent = shownDate(item.modified);
  fillActs(acts, item.url, text);
  return row;
}

/** @param {HTMLInputElement} box @param {string} text @param {boolean} selected */
function fillPick(box, text, selected) {
  box.ariaLabel = text;
  box.checked = selected;
}

/** @param {HTMLElement} cell @param {Doc} item @param {string} text @param {boolean} isNew */
function fillName(cell, item, text, isNew) {
  const link = within(cell, "a", HTMLAnchorElement);
  const note = within(cell, "em", HTMLElement);
  within(link, "bdi", HTMLElement).textContent = text;
  if (item.url) link.href = item.url;
  if (isNew) note.textContent = WORDS.isNew;
  if (!item.url) note.textContent = item.archived ? WORDS.archived : WORDS.noLink;
  note.hidden = !note.textContent;
  cell.title = `${text} ${note.textContent}`.trim();
}

/** @param {HTMLElement} cell @param {string | undefined} url @param {string} text */
function fillActs(cell, url, text) {
  const link = within(cell, "a", HTMLAnchorElement);
  const copy = within(cell, "button", HTMLButtonElement);
  if (!url) return cell.replaceChildren();
  link.href = `${url}?download`;
  link.textContent = WORDS.download;
  link.ariaLabel = `${WORDS.download}: ${text}`;
  copy.textContent = WORDS.copyLink;
  copy.ariaLabel = `${WORDS.copyLink}: ${text}`;
}

/** @param {Group} item */
function groupRow(item) {
  const row = stamped("group");
  const open = within(row, "button", HTMLButtonElement);
  open.dataset.folder = item.folder;
  within(open, "bdi", HTMLElement).textContent = seen(item.folder) || WORDS.top;
  within(row, "span > span", HTMLElement).textContent = `${told(item.count)} · ${shownSize(item.bytes)}`;
  return row;
}
