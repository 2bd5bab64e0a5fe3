/** Asks again while the page is looked at, and waits where that fails: politely. */

const EVERY = 60_000; // milliseconds, for every ten pieces
const LONGEST = 15 * 60_000;

/** Waits so long, or until `now` is called, or the page is looked at again after longer than that. */
export class Patience {
  #tries = 0;
  /** @type {() => void} */
  now = () => {};

  /** Longer every time. */
  async afterFailure() {
    await this.#wait(Math.min(2000 * 2 ** this.#tries++, LONGEST) * (0.75 + Math.random() / 2));
  }

  /** @param {number} pieces */
  async between(pieces) {
    this.#tries = 0;
    await this.#wait(Math.min(EVERY * Math.ceil(pieces / 10), LONGEST));
  }

  /** @param {number} most */
  async #wait(most) {
    const began = Date.now();
    await /** @type {Promise<void>} */ (new Promise((resolve) => {
      const timer = setInterval(() => !document.hidden && Date.now() - began >= most && resolve(), Math.min(most, 1000));
      const looked = () => !document.hidden && Date.now() - began >= most && resolve();
      const online = () => resolve();
      this.now = () => resolve();
      addEventListener("online", online, { once: true });
      document.addEventListener("visibilitychange", looked);
      this.#forget = () => {
        clearInterval(timer);
        removeEventListener("online", online);
        document.removeEventListener("visibilitychange", looked);
      };
    }));
    this.#forget();
  }

  #forget = () => {};
}
