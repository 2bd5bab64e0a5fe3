/**
 * A zip as it is written on: files as they are (PDFs are packed already), sizes and sums behind each, 64-bit where
 * needed. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 to 4.5.3. Pure.
 */

import { seen } from "./format.js";

const VERSION = 45; // 4.5 reads sizes of 64 bits
/** What reads it; what is behind the data tells sum and sizes, and names are UTF-8; stored as it is. @type {[2, number][]} */
const KIND = [[2, VERSION], [2, 0x0808], [2, 0]];
const MAX32 = 0xffffffff;
const MAX16 = 0xffff;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** @param {number} sum of what came before; 0 at first @param {Uint8Array} bytes */
export function crc32(sum, bytes) {
  let now = ~sum;
  for (let index = 0; index < bytes.length; index++) now = TABLE[(now ^ bytes[index]) & 255] ^ (now >>> 8);
  return ~now >>> 0;
}

/** Little-endian. @param {...[2 | 4 | 8, number]} fields bytes, value */
function packed(...fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
}

/** @param {...Uint8Array<ArrayBuffer>} parts */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {number} time milliseconds @returns {[2, number][]} time and date as DOS has them: local, of two seconds, from 1980 on */
function dosTime(time) {
  const date = new Date(Number.isNaN(time) ? 0 : time);
  if (date.getFullYear() < 1980) return [[2, 0], [2, 0x21]];
  return [
    [2, (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)],
    [2, ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate()],
  ];
}

/** `wide`: its sizes have 64 bits. @typedef {{name: Uint8Array<ArrayBuffer>, time: number, wide: boolean, offset: number, size: number, sum: number}} Member */

/** Writes nothing itself: each method gives the bytes to be written next. */
export class Zip {
  /** @type {Member[]} */
  #members = [];
  /** @type {Member} */
  #open = { name: new Uint8Array(), time: 0, wide: false, offset: 0, size: 0, sum: 0 };
  #length = 0;

  /** Where the file that is written now begins: what one that broke off is cut off at. */
  get begin() {
    return this.#open.offset;
  }

  /** @param {string} name @param {number} time milliseconds since 1970 @param {number} size as far as known; NaN: not at all */
  header(name, time, size) {
    const wide = !(size < MAX32);
    this.#open = { name: new TextEncoder().encode(name), time, wide, offset: this.#length, size: 0, sum: 0 };
    const extra = wide ? packed([2, 1], [2, 16], [8, 0], [8, 0]) : packed(); // then those behind the data have 64 bits, too
    const sizes = wide ? MAX32 : 0;
    const fixed = packed([4, 0x04034b50], ...KIND, ...dosTime(time), [4, 0], [4, sizes], [4, sizes], [2, this.#open.name.length], [2, extra.length]);
    return this.#told(joined(fixed, this.#open.name, extra));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes of the file, as they come */
  data(bytes) {
    this.#open.sum = crc32(this.#open.sum, bytes);
    this.#open.size += bytes.length;
    return this.#told(bytes);
  }

  /** The file is whole. Raises RangeError where it is far larger than it was said to be. */
  descriptor() {
    const { wide, sum, size } = this.#open;
    if (!wide && size >= MAX32) throw new RangeError("larger than it was said to be");
    this.#members.push(this.#open);
    const bytes = wide ? 8 : 4;
    return this.#told(packed([4, 0x08074b50], [4, sum], [bytes, size], [bytes, size]));
  }

  /** The file that was begun is none: its bytes are to be cut off. */
  drop() {
    this.#length = this.#open.offset;
  }

  /** The end: what there is. */
  directory() {
    const begin = this.#length;
    const entries = joined(...this.#members.map(entry));
    return this.#told(joined(entries, endOf(this.#members.length, entries.length, begin)));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  #told(bytes) {
    this.#length += bytes.length;
    return bytes;
  }
}

/** @param {Member} member */
function entry({ name, time, wide, offset, size, sum }) {
  const far = wide || offset >= MAX32;
  const extra = far ? packed([2, 1], [2, 24], [8, size], [8, size], [8, offset]) : packed();
  const [sizes, where] = far ? [MAX32, MAX32] : [size, offset];
  return joined(
    packed([4, 0x02014b50], [2, VERSION], ...KIND, ...dosTime(time), [4, sum], [4, sizes], [4, sizes]),
    packed([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, where]),
    name,
    extra,
  );
}

/** @param {number} count of files @param {number} size of their directory @param {number} begin where that begins */
function endOf(count, size, begin) {
  const fits = count < MAX16 && size < MAX32 && begin < MAX32;
  const wide = joined(
    packed([4, 0x06064b50], [8, 44], [2, VERSION], [2, VERSION], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, begin]),
    packed([4, 0x07064b50], [4, 0], [8, begin + size], [4, 1]),
  );
  const [number, bytes, where] = fits ? [count, size, begin] : [MAX16, MAX32, MAX32];
  const end = packed([4, 0x06054b50], [2, 0], [2, 0], [2, number], [2, number], [4, bytes], [4, where], [2, 0]);
  return fits ? end : joined(wide, end);
}

const LONGEST_PART = 120; // bytes of one name, of which systems take 255; with Windows' 260 for a whole path there is room for folders
const ENDING = /\.[^./]{1,8}$/;

/** Names as every system can write them, each another; none is also a folder's. @param {string[]} keys */
export function memberNames(keys) {
  const paths = keys.map((key) => key.split("/").map(part).filter(Boolean).join("/") || "_");
  /** @type {Set<string>} */
  const taken = new Set(paths.flatMap(foldersOf));
  /** How often a name was taken already. @type {Map<string, number>} */
  const times = new Map();
  return paths.map((path) => {
    const name = numbered(path, taken, times);
    taken.add(sameness(name));
    return name;
  });
}

/** What some systems take for the same name is the same. @param {string} path */
const sameness = (path) => path.toLowerCase().normalize();

/** @param {string} path */
function foldersOf(path) {
  const parts = sameness(path).split("/").slice(0, -1);
  return parts.map((_, place) => parts.slice(0, place + 1).join("/"));
}

/** One name of a path, without what Windows refuses and what leads elsewhere. @param {string} text */
function part(text) {
  const plain = seen(text.normalize()).replace(/[\ufffd<>:"|?*\\]/g, "_").replace(/[. ]+$/, "");
  const safe = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain) ? `_${plain}` : plain;
  if (bytesIn(safe) <= LONGEST_PART) return safe;
  const ending = ENDING.exec(safe)?.[0] ?? "";
  const letters = [...safe.slice(0, LONGEST_PART)];
  while (bytesIn(letters.join("")) > LONGEST_PART - bytesIn(ending) - 8) letters.pop();
  return `${letters.join("")}~${ending}`;
}

/** @param {string} text */
const bytesIn = (text) => new TextEncoder().encode(text).length;

/** @param {string} path @param {Set<string>} taken @param {Map<string, number>} times */
function numbered(path, taken, times) {
  const ending = ENDING.exec(path)?.[0] ?? "";
  const stem = path.slice(0, path.length - ending.length);
  let name = path;
  for (let number = times.get(sameness(path)) ?? 2; taken.has(sameness(name)); number++) {
    name = `${stem} (${number})${ending}`;
    times.set(sameness(path), number + 1);
  }
  return name;
}
