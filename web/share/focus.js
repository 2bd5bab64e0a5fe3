/** The control of a row that has the focus, which is to have it again when the row is drawn anew. */

const CONTROLS = "a[href], button, input";

export class Focus {
  /** What the row is of. @type {string | undefined} */
  #name;
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
    const row = /** @type {HTMLElement | null} */ (this.#place.contains(at) ? at.closest(".row") : null);
    this.#name = row ? nameOf(row) : undefined;
    this.#control = row ? controlsOf(row).indexOf(at) : -1;
  }

  /** As soon as the row is there, if nobody has gone elsewhere. */
  restore() {
    if (this.#name === undefined || document.activeElement !== document.body) return;
    const row = this.#rows().find((each) => nameOf(each) === this.#name);
    if (row) /** @type {HTMLElement | undefined} */ (controlsOf(row)[this.#control])?.focus({ preventScroll: true });
  }

  #rows() {
    return /** @type {HTMLElement[]} */ ([...this.#place.children]);
  }
}

/** A document's key, or a folder: that is empty or ends with a slash, as no document's key does. @param {HTMLElement} row */
const nameOf = (row) => row.dataset.key ?? /** @type {HTMLElement | null} */ (row.querySelector("[data-folder]"))?.dataset.folder;

/** @param {Element} row */
export const controlsOf = (row) => [...row.querySelectorAll(CONTROLS)];
