/** A share's lines, piece by piece, as they come: each piece names the next (https://www.rfc-editor.org/rfc/rfc8288). */

import { Doc } from "./documents.js";

/** @typedef {import("./documents.js").Entry} Entry */
/** @typedef {Doc | {key: string, deleted: true}} Told */
/** @typedef {{after: string | null, etag: string, told: Told[], next: string | null}} Piece `after`: where it begins */
/** @typedef {"ended" | "over" | "damaged" | "later" | "offline"} Kind */

/** Why something cannot be read. `over`: from the first piece on again. */
export class Trouble extends Error {
  /** @param {Kind} kind */
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }

  /** Whether it may pass by itself, or by what somebody mends. */
  get passes() {
    return this.kind !== "ended";
  }
}

/**
 * One piece; null where it is as `known` has it. Raises Trouble.
 * @param {string | null} after @param {(told: Told[]) => void} take gets what there is already
 * @param {Piece} [known] @returns {Promise<Piece | null>}
 */
export async function readPiece(after, take, known) {
  const answer = await ask(after === null ? "manifest.jsonl" : `manifest.jsonl?after=${after}`, known?.etag);
  if (answer.status === 304) return null;
  /** @type {Told[]} */
  const told = [];
  for await (const lines of linesOf(answer)) {
    const some = lines.map(parsed);
    for (const each of some) told.push(each);
    take(some);
  }
  return { after, etag: answer.headers.get("etag") ?? "", told, next: nextOf(answer) };
}

/** An answer that is well, or 304. Raises Trouble. @param {string} path @param {string} [etag] */
export async function ask(path, etag) {
  const answer = await unlessOffline(() =>
    fetch(path, { cache: "no-store", headers: { accept: "application/jsonl, application/json", ...(etag && { "if-none-match": etag }) } }),
  );
  if (answer.ok || answer.status === 304) return answer;
  throw new Trouble(await kindOf(answer));
}

/** @param {Response} answer @returns {Promise<Kind>} */
async function kindOf(answer) {
  if (answer.status === 404) return "ended";
  if (answer.status === 409 || answer.status === 400) return "over";
  const problem = await answer.json().catch(() => null);
  return problem?.reason === "damaged" ? "damaged" : "later";
}

/** @template T @param {() => Promise<T>} step @returns {Promise<T>} */
async function unlessOffline(step) {
  try {
    return await step();
  } catch (error) {
    throw error instanceof TypeError ? new Trouble("offline") : error; // what fetch, and reading on, fail with
  }
}

/** Whole lines, as many as have come. @param {Response} answer */
async function* linesOf(answer) {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await unlessOffline(() => reader.read());
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    yield lines.filter(Boolean);
    if (done) return;
  }
}

/** Raises Trouble for what is no line. @param {string} line @returns {Told} */
function parsed(line) {
  const entry = entryOf(line);
  if (typeof entry?.key !== "string") throw new Trouble("damaged");
  return entry.deleted ? { key: entry.key, deleted: true } : new Doc(entry);
}

/** @param {string} line @returns {Entry | null} */
function entryOf(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** @param {Response} answer */
function nextOf(answer) {
  const named = /<[^>]*[?&]after=([^>&]+)>;\s*rel="?next/.exec(answer.headers.get("link") ?? "");
  return named && named[1];
}
