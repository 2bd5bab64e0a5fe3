/** The page of a share: reads what there is, shows what is asked for, and goes on looking. */

import { asked } from "./address.js";
import { watchCovers } from "./covers.js";
import { changes, headed, newestOf } from "./documents.js";
import { Patience } from "./following.js";
import { shownDate } from "./format.js";
import { List } from "./list.js";
import { button, element, sayWords } from "./page.js";
import { ask, Trouble } from "./pieces.js";
import { MOST_SHOWN, Reading } from "./reading.js";
import { Selecting } from "./selecting.js";
import { Tools } from "./tools.js";
import { Visits } from "./visits.js";
import { LANGUAGE, WORDS } from "./words.js";

/** @typedef {import("./documents.js").Doc} Doc */
/** @typedef {import("./pieces.js").Kind} Kind */

const SOON = 150; // milliseconds between two looks while lines come in

class Page {
  #reading = new Reading();
  /** What there is since, not shown yet. @type {Reading | null} */
  #since = null;
  /** @type {Kind | null} */
  #trouble = null;
  #visits = new Visits();
  #patience = new Patience();
  /** @type {Set<string>} */
  #arrived = new Set();
  #named = false;
  #fresh = 0;
  #timer = 0;
  #took = 0;

  constructor() {
    const look = { isNew: this.#isNew, isSelected: (/** @type {Doc} */ each) => this.#selecting.has(each) };
    this.#list = new List(element("rows", HTMLElement), element("table", HTMLElement), look);
    this.#tools = new Tools(asked(location.hash), () => this.#show());
    this.#selecting = new Selecting(this.#list, (key) => this.#reading.documents.find(key));
    this.#printing();
  }

  #list;
  #tools;
  /** @type {Selecting} */
  #selecting;

  async run() {
    void this.#about();
    if (await this.#read()) await this.#follow();
  }

  /** Its name, and until when. */
  async #about() {
    try {
      const share = await (await ask("share.json")).json();
      const label = share.label || WORDS.title;
      document.title = label;
      element("label", HTMLElement).textContent = label;
      element("about", HTMLElement).prepend(share.ends ? WORDS.until(shownDate(Date.parse(share.ends))) : WORDS.forever, " ");
      this.#named = true;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error; // what is wrong is said where the documents are read
    }
  }

  /** Whether there is something to be followed. */
  #read() {
    return this.#insisting(async () => {
      await this.#reading.on(() => this.#came());
      this.#trouble = null;
      this.#selecting.renew();
      this.#visits.saw(newestOf(this.#reading.documents.all()));
      this.#showAnew();
    });
  }

  async #follow() {
    do await this.#patience.between(this.#reading.length);
    while (await this.#insisting(() => this.#look()));
  }

  async #look() {
    if (!this.#named) void this.#about();
    const now = await (this.#since ?? this.#reading).again();
    if (this.#trouble || now) this.#offer(now ?? this.#since ?? this.#reading);
  }

  /** Again and again, where it fails by what may pass; false: it has ended. @param {() => Promise<void>} step */
  async #insisting(step) {
    for (;;) {
      try {
        await step();
        return true;
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.#trouble = error.kind;
        this.#sayState();
        if (!error.passes) return false;
        await this.#patience.afterFailure();
      }
    }
  }

  /** @param {Reading} now */
  #offer(now) {
    this.#trouble = null;
    this.#since = now === this.#reading ? null : now;
    const { fresh, changed, gone } = changes(now.documents, this.#reading.documents);
    const news = WORDS.news(fresh, changed, gone);
    if (!this.#reading.documents.size || !news) this.#take();
    else this.#news(news);
    this.#sayState();
  }

  /** @param {string} text */
  #news(text) {
    element("news", HTMLElement).replaceChildren(...(text ? [`${text}. `, button(WORDS.show, () => this.#wanted())] : []));
  }

  #wanted() {
    this.#take();
    element("title", HTMLElement).focus({ preventScroll: true });
  }

  /** Show what there is since. */
  #take() {
    if (!this.#since) return;
    const before = this.#reading.documents;
    for (const each of this.#since.documents.all()) if (before.find(each.key)?.etag !== each.etag) this.#arrived.add(each.key);
    [this.#reading, this.#since] = [this.#since, null];
    this.#selecting.renew();
    this.#visits.saw(newestOf(this.#reading.documents.all()));
    this.#news("");
    this.#showAnew();
  }

  #printing() {
    const note = element("printed", HTMLElement);
    addEventListener("beforeprint", () => {
      const printed = this.#list.print();
      note.textContent = printed < this.#list.items.length ? WORDS.printed(printed, this.#list.items.length) : "";
    });
    addEventListener("afterprint", () => this.#list.printed());
  }

  #isNew = (/** @type {Doc} */ each) => this.#visits.isNew(each.modified) || this.#arrived.has(each.key);

  /** Lines have come. */
  #came() {
    this.#trouble = null;
    this.#timer ||= setTimeout(() => this.#showAnew(), this.#list.items.length ? Math.max(SOON, 4 * this.#took) : 0); // not for every line
  }

  /** Other documents, or others that are new: a key stroke changes neither. */
  #showAnew() {
    this.#fresh = this.#countNew();
    this.#show();
  }

  /** Until all rows are there. */
  #show() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const began = performance.now();
    const now = this.#tools.asked;
    const documents = this.#reading.documents.shown(now, this.#tools.newOnly ? this.#isNew : undefined);
    element("table", HTMLElement).classList.toggle("grouped", now.grouped);
    element("table", HTMLElement).hidden = !documents.length;
    const shown = this.#list.show(now.grouped ? headed(documents) : documents);
    this.#tools.shown(now, this.#list.windowed, this.#fresh > 0);
    this.#selecting.shown(documents);
    this.#sayState();
    this.#took = performance.now() - began;
    return shown;
  }

  #countNew() {
    let count = 0;
    for (const each of this.#reading.documents.all()) count += Number(this.#isNew(each));
    return count;
  }

  #sayState() {
    const state = element("state", HTMLElement);
    const retry = this.#trouble && new Trouble(this.#trouble).passes ? [" ", button(WORDS.retry, () => this.#patience.now())] : [];
    state.replaceChildren(this.#state, ...retry);
    state.ariaBusy = String(!this.#reading.complete && !this.#trouble); // what is read out is how it ends
    state.className = this.#trouble ? "trouble" : "";
  }

  get #state() {
    const { documents, complete, tooMany } = this.#reading;
    if (this.#trouble && this.#trouble !== "over") return WORDS[this.#trouble];
    if (!complete) return WORDS.loading(documents.size);
    if (tooMany) return WORDS.tooMany(MOST_SHOWN);
    if (!documents.size) return WORDS.empty;
    if (!this.#selecting.shownCount) return WORDS.nothingFound;
    return [WORDS.shown(this.#selecting.shownCount, documents.size), this.#fresh && !this.#visits.first && WORDS.newSince(this.#fresh)].filter(Boolean).join(", ");
  }
}

document.documentElement.lang = LANGUAGE;
document.title = element("label", HTMLElement).textContent = WORDS.title;
element("feed", HTMLElement).textContent = WORDS.feed;
sayWords();
watchCovers(element("top", HTMLElement), [element("bar", HTMLElement), element("download", HTMLElement)]);
element("main", HTMLElement).hidden = false;
void new Page().run();
