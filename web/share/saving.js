/** Lists that are saved as a file. */

import { csvOf, linksOf } from "./csv.js";
import { seen } from "./format.js";
import { saveBlob } from "./sinks.js";

/** @typedef {import("./documents.js").Doc} Doc */

/** @param {string} ending */
export const fileName = (ending) => `${seen(document.title).replace(/[\ufffd\s<>:"/|?*\\.]+/g, " ").trim().slice(0, 60) || "documents"}.${ending}`;

/** @param {Doc[]} documents */
export const saveCsv = (documents) => saveBlob(new Blob([csvOf(documents)], { type: "text/csv" }), fileName("csv"));

/** @param {Doc[]} documents */
export const saveLinks = (documents) => saveBlob(new Blob([linksOf(documents)], { type: "text/plain" }), fileName("txt"));
