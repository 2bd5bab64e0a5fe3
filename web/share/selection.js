/** Which documents are selected; it outlives a search. */

import { Doc } from "./documents.js";

/** @typedef {import("./documents.js").Item} Item */

export class Selection {
  /** @type {Map<string, Doc>} */
  #chosen = new Map();
  /** @type {string | null} */
  #anchor = null;

  get size() {
    return this.#chosen.size;
  }

  documents() {
    return [...this.#chosen.values()];
  }

  /** @param {Doc} each */
  has(each) {
    return this.hasKey(each.key);
  }

  /** @param {string} key */
  hasKey(key) {
    return this.#chosen.has(key);
  }

  /** @param {Doc} each @param {boolean} on */
  set(each, on) {
    this.#anchor = each.key;
    this.#put(each, on);
  }

  /** All from the last one that was set to this. @param {Doc} each @param {boolean} on @param {Item[]} shown */
  setUpTo(each, on, shown) {
    const [one, other] = [placeOf(shown, this.#anchor ?? each.key), placeOf(shown, each.key)].sort((a, b) => a - b);
    if (one >= 0) this.setAll(shown.slice(one, other + 1), on); // else a search hides where it began
    this.set(each, on);
  }

  /** @param {Item[]} items @param {boolean} on */
  setAll(items, on) {
    for (const item of items) if (item instanceof Doc) this.#put(item, on);
  }

  clear() {
    this.#chosen.clear();
    this.#anchor = null;
  }

  /** What has become of them. @param {(key: string) => Doc | undefined} find */
  renew(find) {
    this.#chosen = new Map([...this.#chosen.keys()].flatMap((key) => (find(key) ? [[key, /** @type {Doc} */ (find(key))]] : [])));
  }

  /** @param {Doc} each @param {boolean} on */
  #put(each, on) {
    if (on) this.#chosen.set(each.key, each);
    else this.#chosen.delete(each.key);
  }
}

/** @param {Item[]} shown @param {string} key */
const placeOf = (shown, key) => shown.findIndex((item) => item instanceof Doc && item.key === key);
