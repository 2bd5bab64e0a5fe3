/** Documents as a table for spreadsheets: https://www.rfc-editor.org/rfc/rfc4180. Pure. */

import { WORDS } from "./words.js";

/** @typedef {import("./documents.js").Doc} Doc */

/** A spreadsheet would take it for a formula, and whoever names a document is nobody to run one. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param {string} text */
const cell = (text) => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** @param {Doc} each */
const cellsOf = (each) =>
  [each.name, each.folder, Number.isNaN(each.size) ? "" : String(each.size), Number.isNaN(each.modified) ? "" : new Date(each.modified).toISOString(), each.url ?? ""];

/** With a mark that it is UTF-8. @param {Doc[]} documents */
export function csvOf(documents) {
  const head = [WORDS.name, WORDS.folder, WORDS.size, WORDS.date, "Link"];
  return `\ufeff${[head, ...documents.map(cellsOf)].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("")}`;
}

/** An address a line. @param {Doc[]} documents */
export const linksOf = (documents) => documents.flatMap((each) => (each.url ? [`${each.url}\n`] : [])).join("");
