/** The control of a row that has the focus, which is to have it again when the row is drawn anew. */

const CONTROLS = "a[href], button, input";

export class Focus {
  /** @type {string | undefined} */
  #key;
  #control = -1;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  #place;

  /** Before the rows go. */
  hold() {
    const at = document.activeElement;
    if (!at || at === document.body) return; // as it was held before: that row is still to come
    const row = this.#place.contains(at) ? at.closest("[data-key]") : null;
    this.#key = row instanceof HTMLElement ? row.dataset.key : undefined;
    this.#control = row ? controlsOf(row).indexOf(at) : -1;
  }

  /** As soon as the row is there, if nobody has gone elsewhere. */
  restore() {
    if (this.#key === undefined || document.activeElement !== document.body) return;
    const row = this.#rows().find((each) => each.dataset.key === this.#key);
    if (row) /** @type {HTMLElement | undefined} */ (controlsOf(row)[this.#control])?.focus({ preventScroll: true });
  }

  #rows() {
    return /** @type {HTMLElement[]} */ ([...this.#place.children]);
  }
}

/** @param {Element} row */
export const controlsOf = (row) => [...row.querySelectorAll(CONTROLS)];
