/** All pieces, and again, as far as they have changed. */

import { Documents } from "./documents.js";
import { readPiece, Trouble } from "./pieces.js";

/** @typedef {import("./pieces.js").Piece} Piece */
/** @typedef {import("./pieces.js").Told} Told */

export const MOST_SHOWN = 250_000; // documents; beyond that a phone's memory, and a browser's longest page, end

const OVERS = 3; // times that a list may change while it is read, before it is left alone for a while

export class Reading {
  documents = new Documents();
  complete = false;
  tooMany = false;
  /** @type {Piece[]} */
  #pieces = [];
  #overs = 0;
  #cut = false;

  /** Go on where it broke off. Raises Trouble. @param {() => void} told is called when there is more to show */
  async on(told) {
    while (!this.complete) {
      const piece = await this.#read(told).catch((error) => this.#broken(error));
      if (piece) this.#add(piece);
    }
  }

  /** @param {() => void} told */
  #read(told) {
    if (this.#cut) this.documents = documentsOf(this.#pieces); // what came of the piece may have been taken back since
    this.#cut = false;
    /** @param {Told[]} some */
    const take = (some) => {
      some.forEach((each) => this.documents.take(each));
      told();
    };
    return readPiece(this.#pieces.at(-1)?.next ?? null, take);
  }

  /** From the first piece on again, if it changed meanwhile. @param {unknown} error @returns {null} */
  #broken(error) {
    this.#cut = true;
    if (!(error instanceof Trouble && error.kind === "over")) throw error;
    this.#pieces = [];
    if (++this.#overs <= OVERS) return null;
    this.#overs = 0;
    throw new Trouble("later");
  }

  /** @param {Piece} piece */
  #add(piece) {
    this.#pieces.push(piece);
    this.tooMany = this.documents.size >= MOST_SHOWN && piece.next !== null;
    this.complete = piece.next === null || this.tooMany;
  }

  get length() {
    return this.#pieces.length;
  }

  /** What there is now; null where nothing has changed. Each piece is asked for with its ETag. Raises Trouble. */
  async again() {
    try {
      return await this.#compared();
    } catch (error) {
      if (!(error instanceof Trouble && error.kind === "over")) throw error;
      const now = new Reading();
      await now.on(() => {});
      return now;
    }
  }

  async #compared() {
    const known = new Map(this.#pieces.map((piece) => [piece.after, piece]));
    const now = new Reading();
    let changed = false;
    while (!now.complete) {
      const after = now.#pieces.at(-1)?.next ?? null;
      const piece = await readPiece(after, () => {}, known.get(after));
      changed ||= piece !== null;
      now.#take(piece ?? /** @type {Piece} */ (known.get(after)));
    }
    return changed ? now : null;
  }

  /** @param {Piece} piece */
  #take(piece) {
    piece.told.forEach((each) => this.documents.take(each));
    this.#add(piece);
  }
}

/** @param {Piece[]} pieces */
function documentsOf(pieces) {
  const documents = new Documents();
  for (const piece of pieces) piece.told.forEach((each) => documents.take(each));
  return documents;
}
