/** What the lines say there is, and which of it is shown in which order. Pure. */

/** @typedef {import("./address.js").Asked} Asked */
/** @typedef {import("./address.js").Sort} Sort */
/** @typedef {{key: string, url?: string, size?: number, etag?: string, last_modified?: string, archived?: boolean, deleted?: boolean}} Entry */
/** @typedef {{folder: string, count: number, bytes: number}} Group */
/** @typedef {Doc | Group} Item */

export class Doc {
  /** @param {Entry} entry */
  constructor(entry) {
    const slash = entry.key.lastIndexOf("/") + 1;
    this.key = entry.key;
    this.folder = entry.key.slice(0, slash);
    this.name = entry.key.slice(slash);
    this.url = isOurs(entry.url) ? entry.url : undefined;
    this.size = entry.size ?? NaN;
    this.etag = entry.etag ?? "";
    this.modified = Date.parse(entry.last_modified ?? "");
    this.archived = entry.archived === true;
    this.folded = fold(entry.key);
    this.order = natural(this.folded.slice(this.folded.lastIndexOf("/") + 1));
  }
}

/** A link that leads to where the page is from; a line that has another kind shows none. @param {string} [url] */
const isOurs = (url) => url !== undefined && /^https?:\/\//.test(url);

const ASCII = /^[\x00-\x7f]*$/;

/** As it is compared: no case, no accents. @param {string} text */
export function fold(text) {
  return (ASCII.test(text) ? text : text.normalize("NFKD").replace(/\p{M}+/gu, "")).toLowerCase().replaceAll("ß", "ss"); // which is SS in capitals
}

/** As it is sorted: q2 before q10. @param {string} folded */
export const natural = (folded) => folded.replace(/\d+/g, (digits) => digits.padStart(16, "0"));

/** By the reading rule: the last line of a key counts. */
export class Documents {
  /** @type {Map<string, Doc>} */
  #byKey = new Map();
  /** As they were asked for last. @type {{sort: Sort, documents: Doc[]} | null} */
  #sorted = null;
  /** The same, each folder's together. @type {{of: Doc[], documents: Doc[]} | null} */
  #together = null;
  /** What came since, and changes nothing of that. @type {Doc[]} */
  #fresh = [];

  get size() {
    return this.#byKey.size;
  }

  /** @param {Doc | {key: string, deleted: true}} told */
  take(told) {
    if (this.#byKey.has(told.key)) this.#sorted = null;
    else if (told instanceof Doc) this.#fresh.push(told);
    if (told instanceof Doc) this.#byKey.set(told.key, told);
    else this.#byKey.delete(told.key);
  }

  all() {
    return this.#byKey.values();
  }

  /** @param {string} key */
  find(key) {
    return this.#byKey.get(key);
  }

  /** What is to be shown, in its order. @param {Asked} now @param {(document: Doc) => boolean} [also] */
  shown(now, also) {
    const words = fold(now.search).split(/\s+/).filter(Boolean);
    const documents = now.grouped ? this.#byFolder(now.sort) : this.#inOrder(now.sort);
    if (!words.length && !now.folder && !also) return documents;
    return documents.filter(
      (each) => each.key.startsWith(now.folder) && words.every((word) => each.folded.includes(word)) && (!also || also(each)),
    );
  }

  /** @param {Sort} sort */
  #byFolder(sort) {
    const documents = this.#inOrder(sort);
    if (this.#together?.of !== documents) this.#together = { of: documents, documents: together(documents) };
    return this.#together.documents;
  }

  /** @param {Sort} sort */
  #inOrder(sort) {
    if (this.#sorted?.sort !== sort) this.#sorted = { sort, documents: [...this.all()].sort(ORDERS[sort]) };
    else if (this.#fresh.length) this.#sorted = { sort, documents: merged(this.#sorted.documents, this.#fresh.sort(ORDERS[sort]), sort) };
    this.#fresh = [];
    return this.#sorted.documents;
  }
}

/** @param {Doc} one @param {Doc} other */
const byName = (one, other) => compared(one.order, other.order) || compared(one.key, other.key);
/** What has none comes last. @param {number} one @param {number} other */
const byNumber = (one, other) => (Number.isNaN(one) ? Number(!Number.isNaN(other)) : Number.isNaN(other) ? -1 : one - other);
/** @param {string} one @param {string} other */
const compared = (one, other) => (one < other ? -1 : Number(one > other));

/** @type {Record<Sort, (one: Doc, other: Doc) => number>} */
const ORDERS = {
  name: byName,
  "-name": (one, other) => byName(other, one),
  date: (one, other) => byNumber(-one.modified, -other.modified) || byName(one, other),
  "-date": (one, other) => byNumber(one.modified, other.modified) || byName(one, other),
  size: (one, other) => byNumber(-one.size, -other.size) || byName(one, other),
  "-size": (one, other) => byNumber(one.size, other.size) || byName(one, other),
};

/** Two that are in order: engines see that they are, and take as many steps as there are documents. @param {Doc[]} one @param {Doc[]} other @param {Sort} sort */
const merged = (one, other, sort) => one.concat(other).sort(ORDERS[sort]);

/** Each folder's, one folder after the other; the order within stays. @param {Doc[]} documents */
function together(documents) {
  /** @type {Map<string, Doc[]>} */
  const folders = new Map();
  for (const each of documents) {
    const some = folders.get(each.folder);
    if (some) some.push(each);
    else folders.set(each.folder, [each]);
  }
  const names = [...folders.keys()].map((folder) => ({ folder, order: natural(fold(folder)) }));
  names.sort((one, other) => compared(one.order, other.order) || compared(one.folder, other.folder));
  return names.flatMap(({ folder }) => folders.get(folder) ?? []);
}

/** A folder's name before its documents, which are together. @param {Doc[]} documents */
export function headed(documents) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Group | undefined} */
  let group;
  for (const each of documents) {
    if (!group || group.folder !== each.folder) items.push((group = { folder: each.folder, count: 0, bytes: 0 }));
    group.count++;
    group.bytes += each.size || 0; // what is not known is none
    items.push(each);
  }
  return items;
}

/** Of those whose size is known. @param {Iterable<Doc>} documents */
export function bytesOf(documents) {
  let bytes = 0;
  for (const { size } of documents) bytes += Number.isNaN(size) ? 0 : size;
  return bytes;
}

/** @param {Iterable<Doc>} documents */
export function newestOf(documents) {
  let newest = 0;
  for (const { modified } of documents) if (modified > newest) newest = modified;
  return newest;
}

/** What is in one and was not in the other, has another content or another link, and is gone. @param {Documents} now @param {Documents} before */
export function changes(now, before) {
  let [fresh, changed, same] = [0, 0, 0];
  for (const each of now.all()) {
    const old = before.find(each.key);
    if (!old) fresh++;
    else if (old.etag !== each.etag || !old.url !== !each.url) changed++;
    if (old) same++;
  }
  return { fresh, changed, gone: before.size - same };
}
