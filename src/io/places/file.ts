import { isURL, type URLLike } from '../../hostTypes.js';
import type { Place } from '../../train/place.js';
import { show } from '../../validate.js';
import { CANNOT_WRITE, placeError } from './placeError.js';

/** The parts of `node:fs/promises` that are used: the package's types must not need those of Node. */
interface Fs {
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  open(path: string, flags: string): Promise<FileHandle>;
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean }>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
  readdir(path: string): Promise<string[]>;
}
interface FileHandle {
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
interface Path {
  basename(path: string): string;
  dirname(path: string): string;
  join(...parts: string[]): string;
}
interface Process {
  readonly pid: number;
  kill(pid: number, signal: number): true;
  getBuiltinModule?(name: string): unknown;
}

const host = globalThis as { readonly process?: Process };

/** A module of Node, loaded at run time, so that no bundler for browsers looks for it. */
function builtin<Module>(name: string): Module {
  const found = host.process?.getBuiltinModule?.(name);
  if (found === undefined) {
    throw new TypeError(
      'file: a path needs Node, Deno 2.1 or Bun 1.2.8: on a page use indexedDB, opfs, handle or download',
    );
  }
  return found as Module;
}

const isMissing = (error: unknown) => (error as { code?: string }).code === 'ENOENT';

/** Number of temporary files of this thread so far: two writes at once get different names. */
let writes = 0;

/**
 * A file, in Node, Deno and Bun.
 *
 * It is written beside itself as `name.<process>-<time>-<count>.tmp`, flushed to the disk, renamed, and its folder flushed: whatever happens,
 * a whole file is there, the new one or the one before. A temporary file that a killed process left behind is removed by the next write.
 *
 * @param path - its path, or its `file:` URL; the folder must exist
 * @throws TypeError for anything else. Reading and writing reject with PlaceError
 * @example
 * ```ts
 * import { file } from 'adamas/io';
 * const place = file('counts.bin');
 * await place.write(new Uint8Array([1, 2, 3]));
 * console.log(await place.read()); // Uint8Array(3) [ 1, 2, 3 ]
 * ```
 */
export function file(path: string | URLLike): Place {
  const isUrl = isURL(path);
  if (!isUrl && typeof path !== 'string') {
    throw new TypeError(`file: path must be a path or a file: URL, got ${show(path)}`);
  }
  const text = String(path);
  if (isUrl ? !text.startsWith('file:') : /^[a-z][a-z\d+.-]+:\/\//i.test(text) && !text.startsWith('file:')) {
    throw new TypeError(`file: path must be a path or a file: URL, got ${text}: fetch it, and use fromBytes`);
  }
  const name = `file(${show(text)})`;
  const resolve = () =>
    text.startsWith('file:') ? builtin<{ fileURLToPath(url: string): string }>('node:url').fileURLToPath(text) : text;
  return {
    keeps: true,
    async read() {
      const { readFile } = builtin<Fs>('node:fs/promises');
      try {
        const { buffer, byteOffset, length } = await readFile(resolve());
        return new Uint8Array(buffer, byteOffset, length);
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw placeError(name, 'cannot be read', cause);
      }
    },
    async write(bytes, { keep = 1 } = {}) {
      const fs = builtin<Fs>('node:fs/promises');
      try {
        await replace(fs, await target(fs, resolve()), bytes, keep);
      } catch (cause) {
        throw placeError(name, CANNOT_WRITE, cause);
      }
    },
  };
}

/** The real path of the file: a link to it stays. Throws for a device or a pipe, which a file would replace. */
async function target(fs: Fs, path: string): Promise<string> {
  try {
    const real = await fs.realpath(path);
    const stat = await fs.stat(real);
    if (stat.isFile() || stat.isDirectory()) return real;
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
  throw new Error('it is a device or a pipe, not a file');
}

/** Writes a file so that at every moment a whole one is there. */
async function replace(fs: Fs, path: string, bytes: Uint8Array, keep: number): Promise<void> {
  const { dirname } = builtin<Path>('node:path');
  await removeLeftovers(fs, path);
  const temporary = `${path}.${host.process!.pid}-${Date.now().toString(36)}-${writes++}.tmp`;
  try {
    const handle = await fs.open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepOlder(fs, path, keep);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(fs, dirname(path));
}

/** Renames the older files, path.1 to path.2 and so on, and gives the file at `path` a second name, path.1; `path` stays until it is replaced. */
async function keepOlder(fs: Fs, path: string, keep: number): Promise<void> {
  for (let i = keep - 1; i > 1; i--) {
    await fs.rename(`${path}.${i - 1}`, `${path}.${i}`).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
  if (keep < 2) return;
  await fs.rm(`${path}.1`, { force: true });
  try {
    await fs.link(path, `${path}.1`);
  } catch (error) {
    // Some file systems have no hard links.
    if (!isMissing(error)) await fs.copyFile(path, `${path}.1`);
  }
}

/** Flushes a folder, so that a rename in it survives a power cut. Windows has no such call for folders, and some file systems refuse it. */
async function flushFolder(fs: Fs, folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file itself has been written and renamed.
  }
}

/** Removes temporary files of this one whose processes have ended. */
async function removeLeftovers(fs: Fs, path: string): Promise<void> {
  const { basename, dirname, join } = builtin<Path>('node:path');
  const own = `${basename(path)}.`;
  for (const entry of await fs.readdir(dirname(path))) {
    const pid = entry.startsWith(own) ? /^(\d+)-[a-z\d]+-\d+\.tmp$/.exec(entry.slice(own.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await fs.rm(join(dirname(path), entry), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return host.process!.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
