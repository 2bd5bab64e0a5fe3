/** All that the page says, in English, and in German where the browser prefers that. */

/** The reader's own, for numbers, sizes and dates. */
export const LOCALE = navigator.language;
const NUMBER = new Intl.NumberFormat(LOCALE);

/** @param {number} number */
export const told = (number) => NUMBER.format(number);

/** @param {number} number @param {string} one @param {string} many */
const count = (number, one, many) => `${told(number)} ${number === 1 ? one : many}`;

const ENGLISH = {
  title: "Shared documents",
  search: "Search names and folders",
  sort: "Sort",
  sorts: { name: "Name", date: "Newest first", "-date": "Oldest first", size: "Largest first", "-size": "Smallest first", "-name": "Name, backwards" },
  grouped: "By folder",
  newOnly: "New ones only",
  csv: "Save as CSV",
  name: "Name", folder: "Folder", size: "Size", date: "Date", actions: "Actions", documents: "Documents",
  all: "Select all that are shown",
  allFolders: "All folders",
  top: "(top)",
  isNew: "new",
  archived: "in an archive: ask who shared this to restore it",
  noLink: "no link",
  download: "Download",
  copyLink: "Copy link",
  copied: "Copied.",
  notCopied: "Not copied.",
  zip: "Download as zip",
  copyLinks: "Copy links",
  saveLinks: "Save links",
  saveCsv: "Save as CSV",
  clear: "Clear selection",
  stop: "Stop",
  close: "Close",
  retry: "Try again now",
  show: "Show",
  feed: "Feed of new documents",
  selection: "Selected documents",
  until: (/** @type {string} */ date) => `Open until ${date}.`,
  forever: "Open until it is taken back.",
  loading: (/** @type {number} */ number) => (number ? `${count(number, "document", "documents")} so far …` : "Loading …"),
  shown: (/** @type {number} */ number, /** @type {number} */ all) =>
    number === all ? count(all, "document", "documents") : `${told(number)} of ${count(all, "document", "documents")}`,
  newSince: (/** @type {number} */ number) => `${told(number)} new since your last visit`,
  empty: "There are no documents here yet. They are shown here as soon as there are some.",
  nothingFound: "Nothing here is called that.",
  ended: "This link does not exist or has ended. Ask who gave it to you for a new one.",
  offline: "You seem to be offline. What is shown may be incomplete; this page tries again by itself.",
  later: "This cannot be read just now. This page tries again by itself.",
  damaged: "A part of this list is damaged: what comes after it cannot be shown. Tell who shared it with you; this page tries again by itself.",
  tooMany: (/** @type {number} */ most) =>
    `There are more documents than a page can show: these are the first ${told(most)}. Ask for the link of a folder, or take all of them from manifest.jsonl.`,
  news: (/** @type {number} */ fresh, /** @type {number} */ changed, /** @type {number} */ gone) =>
    [fresh && count(fresh, "new document", "new documents"), changed && `${told(changed)} changed`, gone && `${told(gone)} gone`].filter(Boolean).join(", "),
  find: "Your browser's own search sees only the rows on the screen. This one sees all of them.",
  selected: (/** @type {number} */ number, /** @type {string} */ size) => `${told(number)} selected, ${size}`,
  tooLarge: (/** @type {string} */ most) =>
    `This browser can put up to ${most} into one zip. Select fewer, or use one that saves while it downloads, such as Chrome or Edge on a computer.`,
  progress: (/** @type {number} */ done, /** @type {number} */ all, /** @type {string} */ bytes) => `${told(done)} of ${told(all)} files, ${bytes}`,
  saved: (/** @type {number} */ number) => `${count(number, "file", "files")} in the zip.`,
  missing: (/** @type {number} */ number) => `${count(number, "file", "files")} could not be downloaded:`,
  stopped: "Stopped. Nothing was saved.",
  notSaved: "The zip could not be saved: is there room, and may this page write there?",
  reasons: { gone: "no longer there", archived: "in an archive", ended: "the link has ended", broken: "the connection broke off", failed: "it was refused" },
  printed: (/** @type {number} */ most, /** @type {number} */ all) => `The first ${told(most)} of ${told(all)}. To print others, search for them first.`,
};

/** @type {typeof ENGLISH} */
const GERMAN = {
  title: "Geteilte Dokumente",
  search: "Namen und Ordner durchsuchen",
  sort: "Sortieren",
  sorts: { name: "Name", date: "Neueste zuerst", "-date": "Älteste zuerst", size: "Größte zuerst", "-size": "Kleinste zuerst", "-name": "Name, rückwärts" },
  grouped: "Nach Ordnern",
  newOnly: "Nur neue",
  csv: "Als CSV speichern",
  name: "Name", folder: "Ordner", size: "Größe", date: "Datum", actions: "Aktionen", documents: "Dokumente",
  all: "Alle gezeigten auswählen",
  allFolders: "Alle Ordner",
  top: "(oberster)",
  isNew: "neu",
  archived: "im Archiv: wer das geteilt hat, kann es zurückholen",
  noLink: "kein Link",
  download: "Herunterladen",
  copyLink: "Link kopieren",
  copied: "Kopiert.",
  notCopied: "Nicht kopiert.",
  zip: "Als Zip herunterladen",
  copyLinks: "Links kopieren",
  saveLinks: "Links speichern",
  saveCsv: "Als CSV speichern",
  clear: "Auswahl aufheben",
  stop: "Anhalten",
  close: "Schließen",
  retry: "Jetzt erneut versuchen",
  show: "Zeigen",
  feed: "Feed der neuen Dokumente",
  selection: "Ausgewählte Dokumente",
  until: (date) => `Offen bis ${date}.`,
  forever: "Offen, bis es zurückgenommen wird.",
  loading: (number) => (number ? `${count(number, "Dokument", "Dokumente")} bisher …` : "Wird geladen …"),
  shown: (number, all) => (number === all ? count(all, "Dokument", "Dokumente") : `${told(number)} von ${count(all, "Dokument", "Dokumenten")}`),
  newSince: (number) => `${told(number)} neu seit Ihrem letzten Besuch`,
  empty: "Hier sind noch keine Dokumente. Sobald es welche gibt, stehen sie hier.",
  nothingFound: "Nichts hier heißt so.",
  ended: "Diesen Link gibt es nicht oder nicht mehr. Bitten Sie um einen neuen, wo Sie ihn bekommen haben.",
  offline: "Sie scheinen offline zu sein. Vielleicht fehlt etwas; diese Seite versucht es von selbst wieder.",
  later: "Das kann gerade nicht gelesen werden. Diese Seite versucht es von selbst wieder.",
  damaged: "Ein Teil dieser Liste ist beschädigt: was danach kommt, kann nicht gezeigt werden. Sagen Sie es, wo Sie den Link bekommen haben; diese Seite versucht es von selbst wieder.",
  tooMany: (most) =>
    `Es gibt mehr Dokumente, als eine Seite zeigen kann: dies sind die ersten ${told(most)}. Bitten Sie um den Link eines Ordners, oder nehmen Sie alle aus manifest.jsonl.`,
  news: (fresh, changed, gone) =>
    [fresh && count(fresh, "neues Dokument", "neue Dokumente"), changed && `${told(changed)} geändert`, gone && `${told(gone)} entfernt`].filter(Boolean).join(", "),
  find: "Die Suche Ihres Browsers sieht nur die Zeilen auf dem Bildschirm. Diese hier sieht alle.",
  selected: (number, size) => `${told(number)} ausgewählt, ${size}`,
  tooLarge: (most) =>
    `Dieser Browser kann bis zu ${most} in ein Zip packen. Wählen Sie weniger, oder nehmen Sie einen, der beim Herunterladen speichert, wie Chrome oder Edge auf einem Computer.`,
  progress: (done, all, bytes) => `${told(done)} von ${told(all)} Dateien, ${bytes}`,
  saved: (number) => `${count(number, "Datei", "Dateien")} im Zip.`,
  missing: (number) => `${count(number, "Datei konnte", "Dateien konnten")} nicht heruntergeladen werden:`,
  stopped: "Angehalten. Nichts wurde gespeichert.",
  notSaved: "Das Zip konnte nicht gespeichert werden: Ist Platz, und darf diese Seite dort schreiben?",
  reasons: { gone: "nicht mehr da", archived: "im Archiv", ended: "der Link ist abgelaufen", broken: "die Verbindung brach ab", failed: "abgelehnt" },
  printed: (most, all) => `Die ersten ${told(most)} von ${told(all)}. Um andere zu drucken, suchen Sie erst danach.`,
};

/** @param {readonly string[]} preferred */
const isGerman = (preferred) => preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag === "de" || tag === "en") === "de";

export const LANGUAGE = isGerman(navigator.languages) ? "de" : "en";
export const WORDS = LANGUAGE === "de" ? GERMAN : ENGLISH;
