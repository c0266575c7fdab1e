import type { URLLike } from '../../hostTypes.js';
import { show } from '../../validate.js';

/** Bytes that are read from a file at once. */
const PIECE = 2 ** 16;

/** The part of `node:fs` that is used. */
interface FileSystem {
  open(path: string | URLLike): Promise<{
    stat(): Promise<{ readonly size: number; readonly mtimeMs: number; isFile(): boolean }>;
    read(buffer: Uint8Array, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
    close(): Promise<void>;
  }>;
}

/** Asked for at run time, so that no bundler for the browser looks for it. */
function fileSystem(call: string): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:fs/promises');
  if (found === undefined) {
    throw new TypeError(`${call}: a path needs Node, Deno 2.1 or Bun 1.2.8: pass a File, a Blob or a stream`);
  }
  return found as FileSystem;
}

/** The bytes of a file. A piece is valid until the next is asked for. */
export async function* filePieces(call: string, file: string | URLLike): AsyncGenerator<Uint8Array, void, undefined> {
  const files = fileSystem(call);
  const path = typeof file === 'string' && file.startsWith('file:') ? new URL(file) : file;
  const name = String(file);
  const failed = (cause: unknown): Error => {
    const { code, message } = cause as { code?: string; message?: string };
    if (code === 'ENOENT') return new Error(`${call}: there is no file ${show(name)}`, { cause });
    return new Error(`${call}: the file ${show(name)} cannot be read: ${message}`, { cause });
  };
  const handle = await files.open(path).catch((cause: unknown) => Promise.reject(failed(cause)));
  try {
    const before = await handle.stat();
    const buffer = new Uint8Array(PIECE);
    let size = 0;
    for (;;) {
      const { bytesRead } = await handle
        .read(buffer, 0, PIECE)
        .catch((cause: unknown) => Promise.reject(failed(cause)));
      if (bytesRead === 0) break;
      size += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    const after = await handle.stat();
    // A pipe has neither a size nor a time.
    if (before.isFile() && (after.mtimeMs !== before.mtimeMs || after.size !== before.size || size !== before.size)) {
      throw new Error(`${call}: the file ${show(name)} changed while it was read`);
    }
  } finally {
    await handle.close();
  }
}
