// Places of a page. Not every browser has all of them.

import type { Place } from '../../train/place.js';
import { show } from '../../validate.js';
import { CANNOT_WRITE, PlaceError, placeError } from './placeError.js';

/** A file that a page was given or has made: a `FileSystemFileHandle`. */
export interface FileHandle {
  /** Gets the file. */
  getFile(): Promise<{
    /** Reads all its bytes. */
    arrayBuffer(): Promise<ArrayBuffer>;
  }>;
  /** Opens a stream of new content, which replaces the file's when it is closed. */
  createWritable(): Promise<{
    /** Writes bytes. */
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    /** Replaces the file's content. */
    close(): Promise<void>;
    /** Leaves the file as it was. */
    abort(): Promise<void>;
  }>;
}

function checkName(call: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`${call}: name must be a string that is not empty, got ${show(name)}`);
  }
}

async function bytesOf(handle: FileHandle): Promise<Uint8Array> {
  return new Uint8Array(await (await handle.getFile()).arrayBuffer());
}

/** Writes to a copy, which takes the file's place when it is closed. */
async function writeTo(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  const writable = await handle.createWritable();
  try {
    // A view of shared memory is refused by the stream.
    await writable.write(bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice());
  } catch (error) {
    await writable.abort();
    throw error;
  }
  await writable.close();
}

/**
 * A file that the user chose on a page, by `showSaveFilePicker` or `showOpenFilePicker`, or any `FileSystemFileHandle`.
 *
 * @param fileHandle - the handle
 * @throws TypeError for anything else. Reading and writing reject with PlaceError
 * @example
 * ```ts
 * import { handle, load } from 'adamas/io';
 * async function open() {
 *   const [chosen] = await (window as any).showOpenFilePicker();
 *   return load(handle(chosen));
 * }
 * ```
 */
export function handle(fileHandle: FileHandle): Place {
  if (typeof Object(fileHandle).getFile !== 'function') {
    throw new TypeError(`handle: fileHandle must be a FileSystemFileHandle, got ${show(fileHandle)}`);
  }
  return {
    async read() {
      try {
        const bytes = await bytesOf(fileHandle);
        // A picker has just made it.
        return bytes.length === 0 ? undefined : bytes;
      } catch (cause) {
        throw placeError('handle', 'cannot be read', cause);
      }
    },
    async write(bytes) {
      try {
        await writeTo(fileHandle, bytes);
      } catch (cause) {
        throw placeError('handle', CANNOT_WRITE, cause);
      }
    },
  };
}

/** The page's private folder. */
interface Folder {
  getFileHandle(name: string, options?: { create: boolean }): Promise<FileHandle>;
}

/**
 * A file in the origin-private file system of a page or worker: Chrome 86, Firefox 111, Safari 26.
 *
 * @param name - the file's name, without folders
 * @throws TypeError for anything but a name. Reading and writing reject with PlaceError
 * @example
 * ```ts
 * import type { Model } from 'adamas';
 * import { opfs, save } from 'adamas/io';
 * const keep = (model: Model) => save(model, opfs('digits.safetensors'));
 * ```
 */
export function opfs(name: string): Place {
  checkName('opfs', name);
  const place = `opfs(${show(name)})`;
  const folder = async (): Promise<Folder> => {
    const { storage } =
      (globalThis as { navigator?: { storage?: { getDirectory?(): Promise<Folder> } } }).navigator ?? {};
    if (storage?.getDirectory === undefined) throw new Error('this host has no such file system: use indexedDB');
    return storage.getDirectory();
  };
  const read = async (within: Folder, name: string): Promise<Uint8Array | undefined> => {
    try {
      return await bytesOf(await within.getFileHandle(name));
    } catch (error) {
      if ((error as Error).name === 'NotFoundError') return undefined;
      throw error;
    }
  };
  return {
    keeps: true,
    async read() {
      try {
        const bytes = await read(await folder(), name);
        return bytes?.length === 0 ? undefined : bytes;
      } catch (cause) {
        throw placeError(place, 'cannot be read', cause);
      }
    },
    async write(bytes, { keep = 1 } = {}) {
      try {
        const within = await folder();
        const put = async (name: string, bytes: Uint8Array) =>
          writeTo(await within.getFileHandle(name, { create: true }), bytes);
        for (let i = keep - 1; i > 0; i--) {
          const older = await read(within, i === 1 ? name : `${name}.${i - 1}`);
          if (older !== undefined) await put(`${name}.${i}`, older);
        }
        await put(name, bytes);
      } catch (cause) {
        throw placeError(place, CANNOT_WRITE, cause);
      }
    },
  };
}

/**
 * A file that the browser saves among the user's downloads. It can be written only.
 *
 * @param name - the file's name as the browser proposes it
 * @throws TypeError for anything but a name. Writing rejects with PlaceError where there is no page
 * @example
 * ```ts
 * import type { Model } from 'adamas';
 * import { download, save } from 'adamas/io';
 * const keep = (model: Model) => save(model, download('digits.safetensors'));
 * ```
 */
export function download(name: string): Place {
  checkName('download', name);
  const place = `download(${show(name)})`;
  return {
    async read() {
      throw new PlaceError(
        `${place} can only be written: read the bytes of the file that the user picks, by fromBytes`,
      );
    },
    async write(bytes) {
      if (typeof document === 'undefined') throw new PlaceError(`${place} needs a page: use file, or indexedDB`);
      const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
      const link = Object.assign(document.createElement('a'), { href: url, download: name });
      link.click();
      // By then the browser has read the bytes.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
  };
}
