/** What is seen of a download of several: how far it is, what failed, a way to stop. */

import { bytesOf } from "./documents.js";
import { Download } from "./download.js";
import { seen, shownSize } from "./format.js";
import { element, onClick, sayAloud } from "./page.js";
import { fileName } from "./saving.js";
import { MOST_IN_MEMORY, openSink, streams, TooLarge } from "./sinks.js";
import { WORDS } from "./words.js";

/** @typedef {import("./documents.js").Doc} Doc */
/** @typedef {import("./download.js").Failure} Failure */
/** @typedef {import("./download.js").Progress} Progress */

export class Panel {
  #panel = element("download", HTMLElement);
  #stop = new AbortController();
  #runs = false;
  #said = 0;

  constructor() {
    onClick("stop", () => this.#stop.abort());
    onClick("close", () => this.#close());
    element("progress", HTMLElement).ariaLabel = WORDS.zip;
  }

  /** What is below it cannot be reached while it is open. @param {boolean} open */
  #open(open) {
    this.#panel.hidden = !open;
    element("bar", HTMLElement).inert = open;
  }

  #close() {
    this.#open(false);
    element("zip", HTMLElement).focus({ preventScroll: true });
  }

  /** @param {Doc[]} documents */
  async download(documents) {
    if (this.#runs) return;
    if (!streams() && bytesOf(documents) > MOST_IN_MEMORY) return this.#end(WORDS.tooLarge(shownSize(MOST_IN_MEMORY)));
    const sink = await openSink(fileName("zip")).catch(() => undefined);
    if (sink === undefined) return this.#end(WORDS.notSaved);
    const bytes = bytesOf(documents);
    if (sink) await this.#run(new Download(sink, (progress) => this.#tell(progress, documents.length, bytes), this.#begin()), documents);
  }

  #begin() {
    this.#stop = new AbortController();
    this.#runs = true;
    addEventListener("beforeunload", stay);
    this.#open(true);
    this.#buttons();
    element("stop", HTMLElement).focus();
    element("failures", HTMLElement).replaceChildren();
    return this.#stop.signal;
  }

  /** @param {Download} download @param {Doc[]} documents */
  async #run(download, documents) {
    try {
      const { done, failures } = await download.run(documents);
      this.#end(sentences(done - failures.length, failures.length), failures);
    } catch (error) {
      if (error instanceof TooLarge) this.#end(WORDS.tooLarge(shownSize(MOST_IN_MEMORY)));
      else this.#end(this.#stop.signal.aborted ? WORDS.stopped : WORDS.notSaved);
    }
  }

  /** @param {Progress} progress @param {number} all @param {number} bytes */
  #tell({ done, bytes: come }, all, bytes) {
    const bar = element("progress", HTMLProgressElement);
    bar.max = bytes || 1;
    bar.value = come;
    const text = WORDS.progress(done, all, `${shownSize(come)} / ${shownSize(bytes)}`);
    this.#say(text);
    if (Date.now() - this.#said > ALOUD) this.#aloud(text);
  }

  /** @param {string} text @param {Failure[]} failures */
  #end(text, failures = []) {
    this.#runs = false;
    removeEventListener("beforeunload", stay);
    this.#open(true);
    this.#buttons();
    element("close", HTMLElement).focus();
    this.#say(text);
    this.#aloud(text);
    element("failures", HTMLElement).replaceChildren(...failures.map(failureOf));
  }

  /** @param {string} text */
  #aloud(text) {
    this.#said = Date.now();
    sayAloud(text);
  }

  #buttons() {
    element("stop", HTMLElement).hidden = element("progress", HTMLElement).hidden = !this.#runs;
    element("close", HTMLElement).hidden = this.#runs;
  }

  /** @param {string} text */
  #say(text) {
    element("progress-text", HTMLElement).textContent = text;
  }
}

const ALOUD = 10_000; // milliseconds between two words of progress

/** Who closes the page while it downloads is asked whether they mean it. @param {Event} event */
const stay = (event) => event.preventDefault();

/** @param {number} saved @param {number} missing */
const sentences = (saved, missing) => [WORDS.saved(saved), missing && WORDS.missing(missing)].filter(Boolean).join(" ");

/** @param {Failure} failure */
function failureOf({ doc, reason }) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = seen(doc.key);
  item.append(name, `: ${WORDS.reasons[reason]}`);
  return item;
}
