// Places: what is written is read, whatever is there before, and a write that fails leaves what was there.
import { execFileSync, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, file, handle, indexedDB, opfs, type Place, PlaceError } from '../../src/io.js';
import { onSmallDisk } from './smallDisk.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (...values: number[]) => new Uint8Array(values);
const path = (name = 'model') => join(folder, name);

describe('file', () => {
  it('reads what was written, by path and by URL', async () => {
    expect(await file(path()).read()).toBeUndefined();
    await file(path()).write(bytes(1, 2));
    await file(pathToFileURL(path())).write(bytes(3, 4, 5));
    expect(await file(pathToFileURL(path()).href).read()).toEqual(bytes(3, 4, 5));
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('keeps the older ones when asked to', async () => {
    const place = file(path());
    for (let i = 1; i <= 5; i++) await place.write(bytes(i), { keep: 3 });
    expect(readdirSync(folder).sort()).toEqual(['model', 'model.1', 'model.2']);
    expect(['model', 'model.1', 'model.2'].map((name) => readFileSync(path(name))[0])).toEqual([5, 4, 3]);
  });

  it('writes to the file that a link is to', async () => {
    writeFileSync(path('real'), 'old');
    symlinkSync(path('real'), path('link'));
    await file(path('link')).write(bytes(7));
    expect(lstatSync(path('link')).isSymbolicLink()).toBe(true);
    expect([...readFileSync(path('real'))]).toEqual([7]);
  });

  it('refuses a pipe, which a file would take the place of', async () => {
    execFileSync('mkfifo', [path('pipe')]);
    await expect(file(path('pipe')).write(bytes(1))).rejects.toThrow(/it is a device or a pipe, not a file$/);
    expect(statSync(path('pipe')).isFIFO()).toBe(true);
  });

  it('is whole at every moment: a process that writes without end is killed at random', async () => {
    const place = path();
    const source = `
      import { file } from ${JSON.stringify(new URL('../../src/io.ts', import.meta.url).href)};
      for (let i = 0; ; i++) await file(${JSON.stringify(place)}).write(new Uint8Array(300_000).fill(i % 256), { keep: 2 });`;
    const inode = () => statSync(place, { throwIfNoEntry: false })?.ino;
    for (let round = 0; round < 4; round++) {
      const before = inode();
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
        stdio: 'ignore',
      });
      await expect.poll(() => inode() ?? before, { timeout: 20_000, interval: 5 }).not.toBe(before);
      await new Promise((resolve) => setTimeout(resolve, 7 * round));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      for (const name of readdirSync(folder).filter((name) => !name.endsWith('.tmp'))) {
        const found = readFileSync(path(name));
        expect(found.length).toBe(300_000);
        expect(found.every((byte) => byte === found[0])).toBe(true);
      }
    }
    // Leftovers of the last write go with the next; another file's leftovers, and files that only look like it, stay.
    writeFileSync(path('other.1-a-0.tmp'), '');
    writeFileSync(path('model.x.tmp'), '');
    await file(place).write(bytes(1));
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.tmp'))
        .sort(),
    ).toEqual(['model.x.tmp', 'other.1-a-0.tmp']);
  }, 60_000);

  it('says what a full disk leaves: the file as it was, and nothing else', async (context) => {
    await onSmallDisk(context, '64k', async (disk) => {
      const place = file(join(disk, 'model'));
      await place.write(bytes(1, 2, 3));
      const writing = place.write(new Uint8Array(200_000));
      await expect(writing).rejects.toThrow(PlaceError);
      await expect(writing).rejects.toThrow(/model"\) cannot be written, and is as it was before: ENOSPC/);
      expect(await place.read()).toEqual(bytes(1, 2, 3));
      expect(readdirSync(disk)).toEqual(['model']);
    });
  });

  it('rejects by name where there is no folder, or a folder in its place', async () => {
    await expect(file(path('none/model')).write(bytes(1))).rejects.toThrow(PlaceError);
    await expect(file(path('none/model')).write(bytes(1))).rejects.toThrow(/none\/model"\) cannot be written.*ENOENT/);
    await expect(file(folder).read()).rejects.toThrow(/cannot be read: EISDIR/);
    await expect(file(folder).write(bytes(1))).rejects.toThrow(/cannot be written, and is as it was before: /);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [1, 'file: path must be a path or a file: URL, got 1'],
    [new URL('https://a.b/c'), 'got https://a.b/c: fetch it, and use fromBytes'],
    ['https://a.b/c', 'got https://a.b/c: fetch it, and use fromBytes'],
  ])('refuses %s', (given, message) => {
    expect(() => file(given as string)).toThrow(TypeError);
    expect(() => file(given as string)).toThrow(message);
  });
});

/** The file system of a page, as far as a file's handle goes, in memory. */
class MemoryHandle {
  bytes = bytes();
  /** True if the disk is full. */
  full = false;
  async getFile() {
    return { arrayBuffer: async () => this.bytes.slice().buffer };
  }
  async createWritable() {
    let written = bytes();
    return {
      write: async (given: Uint8Array) => {
        if (this.full) throw new DOMException('no space', 'QuotaExceededError');
        written = given.slice();
      },
      close: async () => {
        this.bytes = written;
      },
      abort: async () => {},
    };
  }
}

describe('handle', () => {
  it('reads what was written, and keeps it when the disk is full', async () => {
    const one = new MemoryHandle();
    const place = handle(one);
    expect(await place.read()).toBeUndefined();
    await place.write(new Uint8Array([9, 1, 2]).subarray(1));
    one.full = true;
    await expect(place.write(bytes(3))).rejects.toThrow('handle cannot be written, and is as it was before: no space');
    expect(await place.read()).toEqual(bytes(1, 2));
  });

  it('refuses what is no handle', () => {
    expect(() => handle({} as never)).toThrow('handle: fileHandle must be a FileSystemFileHandle, got an object');
  });
});

describe('opfs', () => {
  const files = new Map<string, MemoryHandle>();
  beforeEach(() => {
    files.clear();
    const getFileHandle = async (name: string, { create = false } = {}) => {
      if (!files.has(name) && !create) throw new DOMException('none', 'NotFoundError');
      return files.get(name) ?? files.set(name, new MemoryHandle()).get(name)!;
    };
    Object.defineProperty(globalThis, 'navigator', {
      value: { storage: { getDirectory: async () => ({ getFileHandle }) } },
      configurable: true,
    });
  });
  afterEach(() => Reflect.deleteProperty(globalThis, 'navigator'));

  it('reads what was written, and keeps the older ones when asked to', async () => {
    expect(await opfs('a').read()).toBeUndefined();
    for (let i = 1; i <= 4; i++) await opfs('a').write(bytes(i), { keep: 3 });
    expect(await opfs('a').read()).toEqual(bytes(4));
    expect([...files].map(([name, { bytes }]) => [name, bytes[0]]).sort()).toEqual([
      ['a', 4],
      ['a.1', 3],
      ['a.2', 2],
    ]);
  });

  it('says so where there is none', async () => {
    Reflect.deleteProperty(globalThis, 'navigator');
    await expect(opfs('a').read()).rejects.toThrow('opfs("a") cannot be read: this host has no such file system');
    expect(() => opfs('')).toThrow('opfs: name must be a string that is not empty, got ""');
  });
});

describe('indexedDB', () => {
  beforeEach(() => Object.assign(globalThis, { indexedDB: new IDBFactory() }));
  afterEach(() => Reflect.deleteProperty(globalThis, 'indexedDB'));

  it('reads what was written, and keeps the older ones when asked to', async () => {
    const place = indexedDB('a');
    expect(await place.read()).toBeUndefined();
    for (let i = 1; i <= 4; i++) await place.write(new Uint8Array([9, i]).subarray(1), { keep: 3 });
    expect(await Promise.all(['a', 'a.1', 'a.2', 'a.3'].map((name) => indexedDB(name).read()))).toEqual([
      bytes(4),
      bytes(3),
      bytes(2),
      undefined,
    ]);
  });

  it('keeps what was there when a write fails', async () => {
    await indexedDB('a').write(bytes(1));
    const odd = { slice: () => () => {} } as never;
    await expect(indexedDB('a').write(odd)).rejects.toThrow(PlaceError);
    expect(await indexedDB('a').read()).toEqual(bytes(1));
  });

  it('says so where there is none', async () => {
    Reflect.deleteProperty(globalThis, 'indexedDB');
    await expect(indexedDB('a').read()).rejects.toThrow(
      'indexedDB("a") cannot be read: this host has no IndexedDB: use file',
    );
  });
});

describe('download', () => {
  it('needs a page, and cannot be read', async () => {
    const place: Place = download('a');
    await expect(place.read()).rejects.toThrow('download("a") can only be written');
    await expect(place.write(bytes(1))).rejects.toThrow('download("a") needs a page: use file, or indexedDB');
  });
});
