/** What is shown, as the address's fragment says it: whoever gets the address sees the same. The server never does. */

/** @typedef {"name" | "-name" | "date" | "-date" | "size" | "-size"} Sort */
/** @typedef {{search: string, sort: Sort, folder: string, grouped: boolean}} Asked */

/** @type {Sort[]} */
export const SORTS = ["name", "-name", "date", "-date", "size", "-size"];

/** What is no such thing is passed over. @param {string} fragment @returns {Asked} */
export function asked(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  return {
    search: fields.get("search") ?? "",
    sort: SORTS.find((sort) => sort === fields.get("sort")) ?? "name",
    folder: fields.get("folder") ?? "",
    grouped: fields.get("grouped") !== "no",
  };
}

/** Without what is as it would be anyway. @param {Asked} now */
export function fragmentOf(now) {
  const fields = new URLSearchParams();
  if (now.search) fields.set("search", now.search);
  if (now.sort !== "name") fields.set("sort", now.sort);
  if (now.folder) fields.set("folder", now.folder);
  if (!now.grouped) fields.set("grouped", "no");
  return fields.toString();
}
