import type { Place } from '../../train/place.js';
import { show } from '../../validate.js';
import { CANNOT_WRITE, placeError } from './placeError.js';

const DATABASE = 'adamas';
const STORE = 'files';

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Runs `work` in one transaction, and waits until it is on the disk. */
async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const factory = globalThis.indexedDB as IDBFactory | undefined;
  if (factory === undefined) throw new Error('this host has no IndexedDB: use file');
  const opening = factory.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    });
    // Whichever fails first is thrown: without this the other one would be unhandled.
    ended.catch(() => {});
    const result = await work(transaction.objectStore(STORE));
    await ended;
    return result;
  } finally {
    database.close();
  }
}

/**
 * A file in IndexedDB, in the database `adamas` of a page or worker.
 *
 * It is replaced in one transaction: when the quota is exceeded, the earlier file is still there.
 *
 * @param name - its name
 * @throws TypeError for anything but a name. Reading and writing reject with PlaceError
 * @example
 * ```ts
 * import { indexedDB, load } from 'adamas/io';
 * const open = () => load(indexedDB('digits'));
 * ```
 */
export function indexedDB(name: string): Place {
  if (typeof name !== 'string') throw new TypeError(`indexedDB: name must be a string, got ${show(name)}`);
  const place = `indexedDB(${show(name)})`;
  return {
    keeps: true,
    async read() {
      try {
        return await transact<Uint8Array | undefined>('readonly', (store) => settled(store.get(name)));
      } catch (cause) {
        throw placeError(place, 'cannot be read', cause);
      }
    },
    async write(bytes, { keep = 1 } = {}) {
      try {
        await transact('readwrite', async (store) => {
          for (let i = keep - 1; i > 0; i--) {
            const older = await settled(store.get(i === 1 ? name : `${name}.${i - 1}`));
            if (older !== undefined) await settled(store.put(older, `${name}.${i}`));
          }
          // A copy: a view would be stored with all of its buffer.
          await settled(store.put(bytes.slice(), name));
        });
      } catch (cause) {
        throw placeError(place, CANNOT_WRITE, cause);
      }
    },
  };
}
