/** Sizes, dates and names as the reader is used to. */

import { LOCALE } from "./words.js";

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"].map(
  (unit, step) => new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: step ? "short" : "long", maximumFractionDigits: step ? 1 : 0 }),
);
const DATE = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
// What nobody sees, but what it does to what stands around it: controls, halves of characters, ends of lines, marks
// that turn the direction of writing (https://www.unicode.org/reports/tr9/#Table_4).
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** @param {number} bytes */
export function shownSize(bytes) {
  let step = 0;
  let left = bytes;
  for (; left >= 999.95 && step < SIZES.length - 1; step++) left /= 1000;
  return SIZES[step].format(left);
}

/** In the reader's time zone. @param {number} time milliseconds since 1970; NaN: nobody knows */
export const shownDate = (time) => (Number.isNaN(time) ? "" : DATE.format(time));

/** Text that stands for itself alone, whatever is in it. @param {string} text */
export const seen = (text) => text.replace(UNSEEN, "\ufffd");
