/** Where a zip is written: a file, as it comes, where the browser lets a page do that; else memory, up to a size. */

export const MOST_IN_MEMORY = 500_000_000; // bytes in memory

/** @typedef {{write(bytes: Uint8Array<ArrayBuffer>): Promise<void>, cut(length: number): Promise<void>, end(): Promise<void>, drop(): Promise<void>}} Sink */

/** More than was expected. */
export class TooLarge extends Error {}

/**
 * `cut`: the file ends there, and goes on there. `drop`: there is to be none.
 * @param {FileSystemWritableFileStream} file @param {() => Promise<void> | undefined} remove @returns {Sink}
 */
const onDisk = (file, remove) => ({
  write: (bytes) => file.write(bytes),
  cut: async (length) => {
    await file.truncate(length);
    await file.seek(length);
  },
  end: () => file.close(),
  drop: async () => {
    await file.abort();
    await remove(); // the browser made an empty one when it was chosen
  },
});

const TOGETHER = 4_000_000; // bytes that wait to be a part of the blob, which the browser may put on a disk

/** @param {string} name @returns {Sink} */
function inMemory(name) {
  /** @type {BlobPart[]} */
  let parts = [];
  let waiting = 0;
  let all = 0;
  return {
    write: async (bytes) => {
      if ((all += bytes.length) > MOST_IN_MEMORY) throw new TooLarge();
      parts.push(bytes);
      waiting += bytes.length;
      if (waiting > TOGETHER) [parts, waiting] = [[new Blob(parts)], 0];
    },
    cut: async (length) => {
      all = length;
      [parts, waiting] = [[new Blob(parts).slice(0, length)], 0];
    },
    end: async () => saveBlob(new Blob(parts, { type: "application/zip" }), name),
    drop: async () => {},
  };
}

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be asking where to
}

export const streams = () => "showSaveFilePicker" in window;

/** Null: the person has changed their mind. @param {string} name @returns {Promise<Sink | null>} */
export async function openSink(name) {
  if (!streams()) return inMemory(name);
  try {
    // @ts-expect-error -- Chromium alone has it: https://wicg.github.io/file-system-access/
    const handle = await window.showSaveFilePicker({ suggestedName: name, types: [{ accept: { "application/zip": [".zip"] } }] });
    return onDisk(await handle.createWritable(), () => handle.remove?.());
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}
