/** The rows: all of them in the document up to a number; beyond it a window of them over their true height. */

import { Focus } from "./focus.js";
import { rowOf } from "./row.js";

/** @typedef {import("./documents.js").Item} Item */
/** @typedef {import("./row.js").Look} Look */

export const IN_DOCUMENT = 5000; // rows; on two slow cores they are there in 0.8 s, 20,000 in 5.6 s
const AT_ONCE = 100; // rows of the first screen
const SLICE = 250;
const AHEAD = 1.5; // screens, above and below
const HIGHEST = 12_000_000; // pixels of a page that every browser can scroll
const PRINTED = 2000;

export class List {
  /** @type {Item[]} */
  items = [];
  /** What is drawn of a window, by its place. @type {Map<number, HTMLElement>} */
  #drawn = new Map();
  #shows = 0;
  #row = 44; // pixels
  #scrolled = 0; // before it was printed

  /** @param {HTMLElement} place @param {HTMLElement} table @param {Look} look */
  constructor(place, table, look) {
    this.#place = place;
    this.#table = table;
    this.#look = look;
    this.#focus = new Focus(place);
    addEventListener("scroll", () => this.windowed && this.#draw(), { passive: true });
    addEventListener("resize", () => this.windowed && this.#resized());
  }

  #place;
  #table;
  #look;
  #focus;

  get windowed() {
    return this.items.length > IN_DOCUMENT;
  }

  /** Where the page is scrolled to, and which control has the focus, stays as it is; until all are there. @param {Item[]} items */
  async show(items) {
    this.#focus.hold();
    this.#place.style.minHeight = `${this.#place.offsetHeight}px`;
    this.items = items;
    this.#shows++;
    this.#table.ariaRowCount = String(items.length + 1);
    this.#table.classList.toggle("windowed", this.windowed);
    if (this.windowed) this.#open();
    else await this.#fill(this.#shows);
  }

  /** The rows that are in the document now. */
  rows() {
    return /** @type {HTMLElement[]} */ ([...this.#place.children]);
  }

  /** The row before or after that one, drawn if need be. @param {HTMLElement} row @param {number} step */
  beside(row, step) {
    const index = Number(row.ariaRowIndex) - 2 + step;
    if (!this.items[index]) return undefined;
    if (!this.windowed) return this.rows()[index];
    if (!this.#drawn.has(index)) {
      scrollTo(0, this.#topOf(index));
      this.#draw();
    }
    return this.#drawn.get(index);
  }

  /** Enough of them for paper; gives how many. */
  print() {
    if (!this.windowed) return this.items.length;
    this.#scrolled = scrollY;
    this.#reset();
    this.#place.append(...this.items.slice(0, PRINTED).map((item, index) => this.#made(item, index)));
    return PRINTED;
  }

  /** After that. */
  printed() {
    if (!this.windowed) return;
    this.#reset();
    this.#open();
    scrollTo(0, this.#scrolled);
  }

  /** @param {Item} item @param {number} index */
  #made(item, index) {
    const row = rowOf(item, this.#look);
    row.ariaRowIndex = String(index + 2);
    return row;
  }

  // All in the document

  /** The first screen at once, the rest while nothing else is to be done. @param {number} show */
  async #fill(show) {
    this.#drawn.clear();
    this.#place.replaceChildren();
    this.#place.style.height = "";
    for (let at = 0, size = AT_ONCE; at < this.items.length; at += size, size = SLICE) {
      if (at) await new Promise((resolve) => setTimeout(resolve));
      if (show !== this.#shows) return;
      this.#place.append(...this.items.slice(at, at + size).map((item, index) => this.#made(item, at + index)));
      this.#focus.restore();
    }
    this.#place.style.minHeight = "";
  }

  #reset() {
    this.#drawn.clear();
    this.#place.replaceChildren();
    this.#place.style.height = this.#place.style.minHeight = "";
  }

  // A window

  #open() {
    this.#row = this.#measured();
    this.#drawn.clear();
    this.#place.replaceChildren();
    this.#place.style.height = `${this.#height}px`;
    this.#place.style.minHeight = "";
    this.#draw();
    this.#focus.restore();
  }

  /** A phone's bars come and go, too. */
  #resized() {
    if (this.#measured() === this.#row) this.#draw();
    else this.#open();
  }

  get #height() {
    return Math.min(this.items.length * this.#row, HIGHEST);
  }

  /** All are as high as one. */
  #measured() {
    const [drawn] = this.#drawn.values();
    const row = drawn ?? this.#made(this.items[0], 0);
    if (!drawn) this.#place.replaceChildren(row);
    return row.getBoundingClientRect().height || this.#row;
  }

  /** What is on the screen, and around it. */
  #draw() {
    const over = Math.max(0, -this.#place.getBoundingClientRect().top); // pixels of the rows above the screen
    const screen = innerHeight / this.#row; // rows
    const first = this.#firstOf(over);
    const from = Math.max(0, Math.floor(first - AHEAD * screen));
    const to = Math.min(this.items.length, Math.ceil(first + (1 + AHEAD) * screen));
    this.#forget(from, to);
    let after = this.#next(to);
    for (let index = to - 1; index >= from; index--) {
      after = this.#put(index, after);
      after.style.top = `${over + (index - first) * this.#row}px`;
    }
  }

  /** The first that is drawn from there on: rows stand in the document in their order, for who reads or tabs on. @param {number} index */
  #next(index) {
    const later = [...this.#drawn.keys()].filter((each) => each >= index);
    return later.length ? (this.#drawn.get(Math.min(...later)) ?? null) : null;
  }

  /** The first row on the screen. In what is higher than a page can be, the scroll bar tells which part of all it is. @param {number} over */
  #firstOf(over) {
    const all = this.items.length * this.#row;
    if (all <= HIGHEST) return over / this.#row;
    const far = Math.min(1, over / (HIGHEST - innerHeight));
    return (far * (all - innerHeight)) / this.#row;
  }

  /** Where the page is to be scrolled to for a row to be in the middle. @param {number} index */
  #topOf(index) {
    const all = this.items.length * this.#row;
    const over = all <= HIGHEST ? index * this.#row : (index * this.#row * (HIGHEST - innerHeight)) / (all - innerHeight);
    return scrollY + this.#place.getBoundingClientRect().top + over - innerHeight / 2;
  }

  /** Those that are far off, but for the one that has the focus. @param {number} from @param {number} to */
  #forget(from, to) {
    for (const [index, row] of this.#drawn) {
      if ((index >= from && index < to) || row.contains(document.activeElement)) continue;
      row.remove();
      this.#drawn.delete(index);
    }
  }

  /** @param {number} index @param {HTMLElement | null} after */
  #put(index, after) {
    const drawn = this.#drawn.get(index);
    if (drawn) return drawn;
    const row = this.#made(this.items[index], index);
    this.#drawn.set(index, row);
    this.#place.insertBefore(row, after);
    return row;
  }
}
