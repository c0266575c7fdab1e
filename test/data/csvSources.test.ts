// Sources of every kind, and turns of the host while they are read.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type CsvError,
  type CsvSource,
  csvBatches,
  inspectCsv,
  parseCsv,
  type ReadProgress,
  readCsv,
  readTable,
  scanCsv,
} from '../../src/datasets.js';
import { memoryUsage } from '../../src/index.js';
import { file } from './sources.js';

describe('sources', () => {
  const text = 'größe,y\n1,2\n3,4\n';
  const bytes = new TextEncoder().encode(text);
  const utf16 = (little: boolean, mark = true) => {
    const codes = [...(mark ? [0xfeff] : []), ...Array.from(text, (one) => one.charCodeAt(0))];
    return Uint8Array.from(codes.flatMap((code) => (little ? [code & 255, code >> 8] : [code >> 8, code & 255])));
  };
  const single = (all: Uint8Array) => Array.from(all, (byte) => Uint8Array.of(byte));

  it.each<[string, () => CsvSource, object?]>([
    ['a Response', () => new Response(text)],
    ['a path of a file: URL as text', () => `file://${file('source.csv', text)}`],
    ['gzip', () => [gzipSync(bytes)]],
    ['gzip, byte by byte', () => single(gzipSync(bytes))],
    ['a file in gzip', () => file('source.csv.gz', gzipSync(bytes))],
    ['a Blob in gzip', () => new Blob([gzipSync(bytes)])],
    ['UTF-16', () => [utf16(true)]],
    ['UTF-16 of big ends, byte by byte', () => single(utf16(false))],
    ['UTF-16 without a mark', () => [utf16(true, false)], { encoding: 'utf-16le' }],
    ['UTF-16 in gzip', () => [gzipSync(utf16(true))]],
    ['another encoding', () => [Uint8Array.from(text, (one) => one.charCodeAt(0))], { encoding: 'latin1' }],
  ])('%s', async (_, source, options) => {
    using made = await readCsv(source(), { target: 'y', ...options });
    expect([made.features, ...made.data.features.data]).toEqual([['größe'], 1, 3]);
  });

  const locked = (stream: ReadableStream<Uint8Array>) => {
    stream.getReader();
    return stream;
  };
  const lockedResponse = () => {
    const response = new Response(text);
    locked(response.body!);
    return response;
  };

  it.each<[string, () => CsvSource, RegExp, object?]>([
    ['an address', () => 'https://example.org/a.csv', /pass await fetch\("https:/],
    ['a Response of an error', () => new Response('', { status: 404 }), /got status 404/],
    ['UTF-16 without a mark', () => [utf16(true, false)], /it looks like UTF-16LE.*encoding: 'utf-16le'/s],
    ['gzip that is cut off', () => [gzipSync(bytes).subarray(0, 20)], /gzip that is damaged or cut off/],
    ['bytes by themselves', () => bytes as never, /pass \[bytes\]/],
    [
      'another encoding than that of the mark',
      () => [new TextEncoder().encode(`\uFEFF${text}`)],
      /begins with the byte order mark of UTF-8, and encoding says latin1.*encoding: 'utf-8'/s,
      { encoding: 'latin1' },
    ],
    [
      'a stream that is locked',
      () => locked(new Blob([text]).stream()),
      /^readCsv: source must be a stream that nothing/,
    ],
    ['a Response that is locked', lockedResponse, /got none, or a used one/],
    ['a promise', () => Promise.resolve(new Response('a,y\\n1,2\\n')) as never, /await it/],
    [
      'an error within gzip',
      () =>
        (function* () {
          yield gzipSync(bytes).subarray(0, 12);
          throw new Error('the line is dead');
        })(),
      /the line is dead/,
    ],
  ])('%s is refused', async (_, source, message, options) => {
    await expect(readCsv(source(), { target: 'y', ...options })).rejects.toThrow(message);
  });

  it('rows that a locked stream should give are refused by name', async () => {
    const rows = locked(new Blob([]).stream()) as never;
    await expect(readTable(rows, { target: 'y' })).rejects.toThrow(/^readTable: source must be a stream that nothing/);
  });

  it('gzip with bytes behind its end is one problem', async () => {
    const { problems } = await inspectCsv([gzipSync(bytes), Uint8Array.of(1, 2, 3)], { target: 'y' });
    expect(problems.map(({ code }) => code)).toEqual(['encoding']);
  });

  it('bytes that are no UTF-8 are told by file and line, with a way out that reads them', async () => {
    const path = file(
      'latin.csv',
      Uint8Array.from('name,y\nab,1\nbé,2\n', (one) => one.charCodeAt(0)),
    );
    const error: CsvError = await readCsv(path, { target: 'y' }).catch((thrown) => thrown);
    expect([error.code, error.line, error.fix]).toEqual(['encoding', 3, { encoding: 'windows-1252' }]);
    expect(error.message).toContain(path);
    using made = await readCsv(path, { target: 'y', ...error.fix });
    expect(made.features).toEqual(['name=ab', 'name=bé']);
  });
});

describe('the host gets its turn', () => {
  const rows = '0.5,1.25,-3,17,0.125,6,7,8.5\n'.repeat(2000);
  const header = 'a,b,c,d,e,f,g,y\n';
  const source = [header, ...new Array<string>(40).fill(rows)];
  const objects = Array.from({ length: 100_000 }, (_, i) => ({ a: i, y: i }));
  const schema = parseCsv(`${header}1,2,3,4,5,6,7,8\n`, { target: 'y' });

  it.each<[string, (options: object) => Promise<unknown>]>([
    ['readCsv', async (options) => (await readCsv(source, { target: 'y', ...options })).dispose()],
    [
      'readCsv of one piece',
      async (options) => (await readCsv([source.join('')], { target: 'y', ...options })).dispose(),
    ],
    ['scanCsv', (options) => scanCsv(source, { target: 'y', ...options })],
    ['inspectCsv', (options) => inspectCsv(source, { target: 'y', ...options })],
    ['readTable', async (options) => (await readTable(objects, { target: 'y', ...options })).dispose()],
    [
      'csvBatches',
      async (options) => {
        for await (const _ of csvBatches(source, schema, options));
      },
    ],
  ])('%s', async (_, run) => {
    const progress: ReadProgress[] = [];
    let turns = 0;
    let longest = 0;
    let last = performance.now();
    const count = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const start = last;
    await run({ onProgress: (one: ReadProgress) => progress.push(one) });
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(Math.min(5, (last - start) / 100));
    expect(progress.at(-1)!.rows).toBeGreaterThan(1000);
    expect(
      progress.every(
        ({ bytes, rows }, i) => i === 0 || (bytes >= progress[i - 1]!.bytes && rows >= progress[i - 1]!.rows),
      ),
    ).toBe(true);

    const before = memoryUsage();
    await expect(run({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const running = run({ signal: controller.signal, onProgress: () => controller.abort(new Error('stop')) });
    await expect(running).rejects.toThrow('stop');
    expect(memoryUsage()).toBe(before);
  });

  it('a table that is being built when the signal is aborted gives its memory back', async () => {
    const before = memoryUsage();
    const controller = new AbortController();
    const rows = Array.from({ length: 10_000 }, (_, i) => `${i},${2 * i}`).join('\n');
    const onProgress = (progress: ReadProgress) => {
      if (progress.rows < 10_000) return;
      controller.abort(new Error('stop'));
      // It is the host's turn when the first rows of the dataset have been written.
      for (const start = performance.now(); performance.now() - start < 20; );
    };
    const reading = readCsv(new Blob([`x,y\n${rows}`]), { target: 'y', onProgress, signal: controller.signal });
    await expect(reading).rejects.toThrow('stop');
    expect(memoryUsage()).toBe(before);
  });

  it('a Blob is read a megabyte at a time', async () => {
    const blob = new Blob(['x,y\n', '1,2\n'.repeat(600_000)]);
    const lengths: number[] = [];
    const slice = (start = 0, end = blob.size) => {
      lengths.push(end - start);
      return Blob.prototype.slice.call(blob, start, end);
    };
    using made = await readCsv(Object.assign(blob, { slice }), { target: 'y' });
    expect(made.rows).toBe(600_000);
    expect(lengths).toEqual([2 ** 20, 2 ** 20, 2 ** 20, 1]);
  });

  it('a source that never answers is left when the signal says so', async () => {
    let closed = false;
    const stalled: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stop')), 5);
    await expect(readCsv(stalled, { target: 'y', signal: controller.signal })).rejects.toThrow('stop');
    expect(closed).toBe(true);
  });
});
