/** When somebody was here last, kept in this browser and nowhere else: what is newer than all they saw then is new. */

const SAME_VISIT = 30 * 60 * 1000; // milliseconds; a page that is loaded again within is no other visit

/** @typedef {{since: number | null, seen: number, at: number}} Visit times in milliseconds; `seen`: the newest document's */

/** @returns {Visit | null} */
function kept(/** @type {string} */ name) {
  try {
    const visit = JSON.parse(localStorage.getItem(name) ?? "null");
    return typeof visit?.seen === "number" && typeof visit.at === "number" ? visit : null;
  } catch {
    return null; // a browser that keeps nothing, or somebody else's
  }
}

export class Visits {
  #name = `visit:${location.pathname}`;

  constructor(now = Date.now()) {
    const last = kept(this.#name);
    this.first = last === null;
    /** What is newer is new; null: this is the first visit. @type {number | null} */
    this.since = last && (now - last.at > SAME_VISIT ? last.seen : last.since);
  }

  /** All was shown; the newest of it is as old as that. @param {number} newest */
  saw(newest) {
    this.since ??= newest;
    try {
      localStorage.setItem(this.#name, JSON.stringify({ since: this.since, seen: newest, at: Date.now() }));
    } catch {
      // then the next visit is the first one again
    }
  }

  /** @param {number} modified */
  isNew(modified) {
    return this.since !== null && modified > this.since;
  }
}
