/** What is asked for, by hand or by the address: search, order, folder. */

import { asked, fragmentOf, SORTS } from "./address.js";
import { seen } from "./format.js";
import { button, element } from "./page.js";
import { WORDS } from "./words.js";

/** @typedef {import("./address.js").Asked} Asked */
/** @typedef {import("./address.js").Sort} Sort */

const WRITTEN = 300; // milliseconds: browsers refuse a page that writes its address too often

export class Tools {
  #search = element("search", HTMLInputElement);
  #sort = element("sort", HTMLSelectElement);
  #grouped = element("grouped", HTMLInputElement);
  #newOnly = element("new-only", HTMLInputElement);
  #timer = 0;
  #windowed = false;

  /** @param {Asked} now @param {() => Promise<void>} changed is over when all rows are there */
  constructor(now, changed) {
    this.asked = now;
    this.#changed = changed;
    this.#label();
    this.#fill();
    this.#listen();
  }

  #changed;

  get newOnly() {
    return this.#newOnly.checked;
  }

  #label() {
    this.#search.ariaLabel = this.#search.placeholder = WORDS.search;
    this.#sort.ariaLabel = WORDS.sort;
    for (const sort of SORTS) this.#sort.add(new Option(WORDS.sorts[sort], sort));
  }

  #fill() {
    this.#search.value = this.asked.search;
    this.#sort.value = this.asked.sort;
    this.#grouped.checked = this.asked.grouped;
  }

  #listen() {
    this.#search.addEventListener("input", () => {
      this.#ask({ search: this.#search.value });
      this.#up();
    });
    this.#sort.addEventListener("change", () => this.#ask({ sort: /** @type {Sort} */ (this.#sort.value) }));
    this.#grouped.addEventListener("change", () => this.#ask({ grouped: this.#grouped.checked }));
    this.#newOnly.addEventListener("change", () => void this.#changed());
    element("tools", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    element("head", HTMLElement).addEventListener("click", (event) => this.#sortBy(event));
    element("rows", HTMLElement).addEventListener("click", (event) => this.#enter(event));
    history.scrollRestoration = "manual"; // the rows are not there yet when a browser would do it
    addEventListener("popstate", (event) => void this.#read(event.state?.scrolled ?? 0));
    addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Event} event */
  #sortBy(event) {
    const name = event.target instanceof HTMLElement && event.target.dataset.sort;
    if (!name) return;
    const other = this.asked.sort === name ? `-${name}` : name;
    this.#ask({ sort: /** @type {Sort} */ (other) });
  }

  /** @param {Event} event */
  #enter(event) {
    const group = event.target instanceof Element && event.target.closest("[data-folder]");
    if (group instanceof HTMLElement) this.folder(group.dataset.folder ?? "");
  }

  /** @param {string} folder and all below; the browser's way back leads out of it, to where the page was */
  folder(folder) {
    this.#ask({ folder }, true);
    scrollTo(0, 0);
    this.#write("replaceState"); // where the way forward leads to
    const last = element("path", HTMLElement).lastElementChild;
    (last instanceof HTMLElement ? last : element("title", HTMLElement)).focus({ preventScroll: true });
  }

  /** @param {Partial<Asked>} some @param {boolean} [step] */
  #ask(some, step = false) {
    clearTimeout(this.#timer);
    if (step) this.#write("replaceState");
    this.asked = { ...this.asked, ...some };
    this.#fill();
    if (step) this.#write("pushState");
    else this.#timer = setTimeout(() => this.#write("replaceState"), WRITTEN);
    void this.#changed();
  }

  /** To the first of what was found, for who has scrolled on. */
  #up() {
    const table = element("table", HTMLElement);
    if (table.getBoundingClientRect().top < 0) table.scrollIntoView();
  }

  /** @param {"pushState" | "replaceState"} how */
  #write(how) {
    const fragment = fragmentOf(this.asked);
    history[how]({ scrolled: scrollY }, "", fragment ? `#${fragment}` : location.pathname);
  }

  /** @param {number} scrolled */
  async #read(scrolled) {
    clearTimeout(this.#timer);
    this.asked = asked(location.hash);
    this.#fill();
    await this.#changed();
    scrollTo(0, scrolled);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const inRows = event.target instanceof Element && event.target.closest("#rows");
    const finds = this.#windowed && (event.ctrlKey || event.metaKey) && event.key === "f";
    if (!finds && !(inRows && event.key === "/")) return;
    event.preventDefault();
    element("hint", HTMLElement).textContent = finds ? WORDS.find : "";
    this.#search.select();
    this.#search.focus();
  }

  /** What is shown now. @param {Asked} now @param {boolean} windowed @param {boolean} anyNew */
  shown(now, windowed, anyNew) {
    this.#windowed = windowed;
    element("new-only-label", HTMLElement).hidden = !anyNew && !this.newOnly;
    for (const each of document.querySelectorAll("[data-sort]")) tellOrder(/** @type {HTMLElement} */ (each), now.sort);
    this.#path(now.folder);
  }

  /** @param {string} folder */
  #path(folder) {
    const path = element("path", HTMLElement);
    const parts = folder.split("/").filter((part, place, all) => part || place < all.length - 1);
    const steps = parts.map((part, place) => button(seen(part) || "/", () => this.folder(`${parts.slice(0, place + 1).join("/")}/`)));
    path.hidden = !folder;
    path.replaceChildren(...(folder ? [button(WORDS.allFolders, () => this.folder("")), ...steps] : []));
    path.ariaLabel = WORDS.folder;
  }
}

/** @param {HTMLElement} head @param {Sort} sort */
function tellOrder(head, sort) {
  const down = { name: "ascending", date: "descending", size: "descending" };
  const up = { name: "descending", date: "ascending", size: "ascending" };
  const name = /** @type {keyof typeof down} */ (head.dataset.sort);
  const order = sort === name ? down[name] : sort === `-${name}` ? up[name] : "none";
  /** @type {HTMLElement} */ (head.parentElement).ariaSort = order;
}
