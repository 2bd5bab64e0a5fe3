/** Several documents as one zip: fetched one after the other, what fails is named, the rest is kept. */

import { Zip, memberNames } from "./zip.js";

/** @typedef {import("./documents.js").Doc} Doc */
/** @typedef {import("./sinks.js").Sink} Sink */
/** @typedef {"gone" | "archived" | "ended" | "broken" | "failed"} Reason */
/** @typedef {{doc: Doc, reason: Reason}} Failure */
/** @typedef {{done: number, bytes: number, failures: Failure[]}} Progress `done`: those that failed, too */

const TRIES = 3;
const PAUSE = 1000; // milliseconds

/** @type {Record<number, Reason>} */
const REASONS = { 404: "ended", 409: "archived", 410: "gone" };

class Failed extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Download {
  #zip = new Zip();
  /** @type {Progress} */
  #progress = { done: 0, bytes: 0, failures: [] };

  /** @param {Sink} sink @param {(progress: Progress) => void} tell @param {AbortSignal} signal */
  constructor(sink, tell, signal) {
    this.#sink = sink;
    this.#tell = tell;
    this.#signal = signal;
  }

  #sink;
  #tell;
  #signal;

  /** Raises what the sink raises, and AbortError where it was stopped: nothing is kept then. @param {Doc[]} documents */
  async run(documents) {
    try {
      const names = memberNames(documents.map((each) => each.key));
      for (const [index, each] of documents.entries()) await this.#one(each, names[index]);
      await this.#sink.write(this.#zip.directory());
      await this.#sink.end();
      return this.#progress;
    } catch (error) {
      await this.#sink.drop();
      throw error;
    }
  }

  /** @param {Doc} doc @param {string} name */
  async #one(doc, name) {
    const reason = doc.url ? await this.#tried(doc, doc.url, name) : doc.archived ? "archived" : "failed";
    if (reason) this.#progress.failures.push({ doc, reason });
    this.#progress.done++;
    this.#tell(this.#progress);
  }

  /** Why it could not be had, if it could not. @param {Doc} doc @param {string} url @param {string} name @returns {Promise<Reason | null>} */
  async #tried(doc, url, name) {
    for (let left = TRIES; ; left--) {
      const before = this.#progress.bytes;
      try {
        await this.#member(await this.#answer(besides(url)), doc, name);
        return null;
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        this.#progress.bytes = before;
        if (error.reason !== "broken" || left === 1) return error.reason;
        await new Promise((resolve) => setTimeout(resolve, PAUSE * (TRIES + 1 - left)));
      }
    }
  }

  /** @param {string} url */
  async #answer(url) {
    const answer = await unlessBroken(fetch(url, { signal: this.#signal, cache: "no-store" }));
    if (!answer.ok || !answer.body) throw new Failed(reasonOf(answer));
    return answer.body.getReader();
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>} reader @param {Doc} doc @param {string} name */
  async #member(reader, doc, name) {
    await this.#sink.write(this.#zip.header(name, doc.modified, doc.size));
    try {
      for (let read; !(read = await unlessBroken(reader.read())).done; ) await this.#data(read.value);
    } catch (error) {
      this.#zip.drop();
      await this.#sink.cut(this.#zip.begin);
      throw error;
    }
    await this.#sink.write(this.#zip.descriptor());
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async #data(bytes) {
    this.#progress.bytes += bytes.length;
    await this.#sink.write(this.#zip.data(bytes));
    this.#tell(this.#progress);
  }
}

/** What the store does not have is gone, what the share does not have has ended. @param {Response} answer @returns {Reason} */
function reasonOf({ status, redirected }) {
  if (status >= 500 || status === 429) return "broken";
  return status === 404 && redirected ? "gone" : (REASONS[status] ?? "failed");
}

/** The same below the page's own address, by whichever name that was asked for. @param {string} url */
const besides = (url) => url.replace(/^.*?\/s\/[a-z2-7]+\//, "");

/** @template T @param {Promise<T>} step @returns {Promise<T>} */
async function unlessBroken(step) {
  try {
    return await step;
  } catch (error) {
    throw error instanceof TypeError ? new Failed("broken") : error;
  }
}
