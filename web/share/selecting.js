/** Rows that are selected, by hand or by keys, and what can be done with them. */

import { linksOf } from "./csv.js";
import { bytesOf } from "./documents.js";
import { shownSize } from "./format.js";
import { controlsOf } from "./focus.js";
import { copy, element, onClick, sayAloud } from "./page.js";
import { Panel } from "./panel.js";
import { saveCsv, saveLinks } from "./saving.js";
import { Selection } from "./selection.js";
import { WORDS } from "./words.js";

/** @typedef {import("./documents.js").Doc} Doc */
/** @typedef {import("./list.js").List} List */

const SAID = 2000; // milliseconds

export class Selecting {
  #selection = new Selection();
  #panel = new Panel();
  /** @type {Doc[]} */
  #shown = [];
  #shift = false;

  /** @param {List} list @param {(key: string) => Doc | undefined} find */
  constructor(list, find) {
    this.#list = list;
    this.#find = find;
    element("all", HTMLInputElement).ariaLabel = WORDS.all;
    element("table", HTMLElement).ariaLabel = WORDS.documents;
    this.#listen(element("rows", HTMLElement));
    this.#listenToBar();
  }

  #list;
  #find;

  /** @param {Doc} doc */
  has(doc) {
    return this.#selection.has(doc);
  }

  get shownCount() {
    return this.#shown.length;
  }

  /** @param {Doc[]} documents */
  shown(documents) {
    this.#shown = documents;
    this.#tell();
  }

  /** What has become of them. */
  renew() {
    this.#selection.renew(this.#find);
    this.#tell();
  }

  /** @param {HTMLElement} rows */
  #listen(rows) {
    rows.addEventListener("click", (event) => this.#clicked(event));
    rows.addEventListener("change", (event) => this.#changed(event));
    rows.addEventListener("keydown", (event) => this.#key(event));
    element("all", HTMLInputElement).addEventListener("change", (event) => {
      this.#selection.setAll(this.#shown, /** @type {HTMLInputElement} */ (event.target).checked);
      this.#tell();
    });
  }

  #listenToBar() {
    onClick("csv", () => saveCsv(this.#shown));
    onClick("zip", () => void this.#panel.download(this.#selection.documents()));
    onClick("copy-links", () => this.#copy(element("copy-links", HTMLButtonElement), linksOf(this.#selection.documents())));
    onClick("save-links", () => saveLinks(this.#selection.documents()));
    onClick("save-csv", () => saveCsv(this.#selection.documents()));
    onClick("clear", () => {
      this.#clear();
      element("all", HTMLElement).focus({ preventScroll: true });
    });
    element("bar", HTMLElement).ariaLabel = WORDS.selection;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    this.#shift = event.shiftKey;
    const target = event.target instanceof HTMLButtonElement ? event.target : null;
    const doc = this.#docOf(event.target);
    if (target && doc?.url) this.#copy(target, doc.url);
  }

  /** @param {HTMLButtonElement} place @param {string} text */
  #copy(place, text) {
    const before = place.dataset.word ?? (place.dataset.word = place.textContent ?? "");
    void copy(text).then((done) => sayAloud((place.textContent = done ? WORDS.copied : WORDS.notCopied)));
    setTimeout(() => (place.textContent = before), SAID);
  }

  /** @param {Event} event */
  #changed(event) {
    const doc = this.#docOf(event.target);
    const on = /** @type {HTMLInputElement} */ (event.target).checked;
    if (doc && this.#shift) this.#selection.setUpTo(doc, on, this.#list.items);
    else if (doc) this.#selection.set(doc, on);
    this.#shift = false;
    this.#tell();
  }

  /** @param {EventTarget | null} target */
  #docOf(target) {
    const row = target instanceof Element ? target.closest("[data-key]") : null;
    return row instanceof HTMLElement ? this.#find(row.dataset.key ?? "") : undefined;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.ctrlKey && !event.altKey && !event.metaKey) this.#move(event, step);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) this.#all(event);
    else if (event.key === "Escape") this.#clear();
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) element("zip", HTMLElement).focus();
  }

  /** To the same control of the row after, or before; with the shift key it is selected as well. @param {KeyboardEvent} event @param {number} step */
  #move(event, step) {
    const row = /** @type {Element} */ (event.target).closest("[role=row]");
    const other = row && this.#list.beside(/** @type {HTMLElement} */ (row), step);
    if (!row || !other) return;
    event.preventDefault();
    const place = controlsOf(row).indexOf(/** @type {Element} */ (event.target));
    const there = controlsOf(other);
    const doc = this.#docOf(other);
    if (event.shiftKey && doc) this.#selection.set(doc, true);
    /** @type {HTMLElement | undefined} */ (there[Math.min(place, there.length - 1)])?.focus();
    this.#tell();
  }

  /** @param {Event} event */
  #all(event) {
    event.preventDefault();
    this.#selection.setAll(this.#shown, true);
    this.#tell();
  }

  #clear() {
    this.#selection.clear();
    this.#tell();
  }

  #tell() {
    const documents = this.#selection.documents();
    element("bar", HTMLElement).hidden = !documents.length;
    element("selected", HTMLElement).textContent = WORDS.selected(documents.length, shownSize(bytesOf(documents)));
    this.#tellAll();
    for (const row of this.#list.rows()) tellRow(row, this.#selection);
  }

  #tellAll() {
    const all = element("all", HTMLInputElement);
    const chosen = this.#selection.size ? this.#shown.filter((doc) => this.#selection.has(doc)).length : 0;
    all.checked = chosen > 0 && chosen === this.#shown.length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

/** @param {HTMLElement} row @param {Selection} selection */
function tellRow(row, selection) {
  const box = row.querySelector("input");
  if (box) box.checked = selection.hasKey(row.dataset.key ?? "");
}
