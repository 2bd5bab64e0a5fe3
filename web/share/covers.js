/** What lies over the page's ends, its tools and its bars: nothing that has the focus stays beneath. */

const SPACE = 8; // pixels

/** @param {HTMLElement} above @param {HTMLElement[]} below of which one is seen at a time */
export function watchCovers(above, below) {
  const height = () => Math.max(...below.map((each) => each.offsetHeight));
  const observer = new ResizeObserver(() => document.documentElement.style.setProperty("--covered", `${height()}px`));
  for (const each of below) observer.observe(each);
  addEventListener("focusin", ({ target }) => {
    const isCover = [above, ...below].some((each) => each.contains(/** @type {Node} */ (target)));
    if (!isCover) uncover(/** @type {Element} */ (target), above.getBoundingClientRect().bottom, innerHeight - height());
  });
}

/** Browsers scroll to what is off the screen, and not to what is beneath something. @param {Element} focused @param {number} top @param {number} bottom */
function uncover(focused, top, bottom) {
  const box = focused.getBoundingClientRect();
  if (box.bottom + SPACE > bottom) scrollBy(0, box.bottom + SPACE - bottom);
  else if (box.top - SPACE < top) scrollBy(0, Math.max(box.top - SPACE - top, -scrollY));
}
