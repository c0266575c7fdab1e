// CSV from files and streams: however it is cut into pieces, the same rows; and what goes wrong on the way.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../../src/data/csv/tokenizer.js';
import { CsvError, type CsvSource, parseCsv, readCsv, scanCsv } from '../../src/datasets.js';
import { memoryUsage } from '../../src/index.js';
import { file, folder, pieces, TEXT } from './sources.js';

const bytes = new TextEncoder().encode(TEXT);
const plain = parseCsv(TEXT, { target: 'y' });

describe('every kind of source gives the same table', () => {
  const path = file('kinds.csv', TEXT);
  const sources: Record<string, () => CsvSource> = {
    'a path': () => path,
    'a file: URL': () => pathToFileURL(path),
    'a Blob': () => new Blob([bytes]),
    'a stream of bytes': () => new Blob([bytes]).stream(),
    'a stream of strings': () => new Blob([bytes]).stream().pipeThrough(new TextDecoderStream()),
    'a stream of Node': () => createReadStream(path, { highWaterMark: 3 }),
    'single bytes': () => Array.from(bytes, (byte) => Uint8Array.of(byte)),
    'single characters': () => [...TEXT],
    'an async iterable': () => pieces([TEXT.slice(0, 20), '', TEXT.slice(20)]).source,
    'bytes after a byte order mark': () => [Uint8Array.of(0xef, 0xbb, 0xbf), bytes],
    'text after a byte order mark': () => ['\uFEFF', TEXT],
  };
  it.each(Object.entries(sources))('%s', async (_, make) => {
    using table = await readCsv(make(), { target: 'y' });
    expect(table.features).toEqual(plain.features);
    expect(table.data.features.data).toEqual(plain.data.features.data);
    expect(table.data.targets.data).toEqual(plain.data.targets.data);
    const schema = await scanCsv(make(), { target: 'y' });
    expect([schema.columns, schema.targets, schema.rows]).toEqual([plain.columns, plain.targets, 3]);
  });
});

it('rows come out as they went in, wherever the text is cut, with their lines', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '1', 'ü', '𝄞'), maxLength: 6 });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      table,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (rows, end, cuts) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quoted).join(',') + end).join('');
        const tokenizer = new Tokenizer({
          delimiter: ',',
          quote: '"',
          escape: 'double',
          comment: undefined,
          skip: 0,
        });
        const read: [readonly string[], number][] = [];
        for (let at = 0; at <= text.length; ) {
          const length = cuts.next().value!;
          tokenizer.push(text.slice(at, at + length), at + length > text.length);
          while (tokenizer.next()) {
            expect(tokenizer.fault).toBeUndefined();
            read.push([Array.from({ length: tokenizer.count }, (_, i) => tokenizer.text(i)), tokenizer.line]);
          }
          at += length;
        }
        let line = 1;
        const expected = rows.map((row) => {
          const start = line;
          line += 1 + row.join('').split('\n').length - 1;
          return [row.map((one) => one.trim()), start];
        });
        expect(read).toEqual(expected);
      },
    ),
    { numRuns: 500, seed: 5 },
  );
});

describe('what goes wrong', () => {
  it.each<[string, () => CsvSource, string]>([
    ['a file that is not there', () => join(folder, 'none.csv'), 'there is no file'],
    ['a folder', () => folder, 'cannot be read'],
    ['bytes that are no UTF-8', () => [Uint8Array.of(0x61, 0xff, 0x0a)], 'readCsv, line 1: source must be UTF-8 text'],
    [
      'bytes that end within a character',
      () => [Uint8Array.of(0x61, 0xc3)],
      'readCsv, line 1: source must be UTF-8 text',
    ],
    ['pieces that are no text', () => [1] as never, 'readCsv: source must give strings or Uint8Arrays, got 1'],
    ['text in place of a path', () => 'a,y\n1,2\n', 'readCsv: source must be a path, got text'],
    ['an address', () => new URL('https://example.org/a.csv'), 'pass (await fetch(url)).body'],
    ['a number', () => 5 as never, 'readCsv: source must be a path, a URL, a Blob, a stream'],
    ['bytes that are not in pieces', () => bytes as never, 'readCsv: source must be a path, a URL, a Blob, a stream'],
    ['nothing', () => [], 'readCsv: there must be rows, got no text'],
  ])('%s', async (_, make, message) => {
    const before = memoryUsage();
    await expect(readCsv(make(), { target: 'y' })).rejects.toThrow(message);
    expect(memoryUsage()).toBe(before);
  });

  it('in a file, the error names it, the line and the column', async () => {
    const path = file('bad.csv', 'a,y\n1,2\nx,3\n');
    const error = await readCsv(path, { target: 'y' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CsvError);
    expect(error.message).toContain(`readCsv: ${path}, line 3, column "a": 1 of 2 values is no number: line 3, "x"`);
    expect([error.line, error.column]).toEqual([3, 'a']);
  });

  it('a line is counted from the start of the source, not of its piece', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${i},${i}\n`).join('');
    const path = file('long.csv', `a,y\n${rows}oops,1\n`);
    const error = await readCsv(path, { target: 'y' }).catch((thrown) => thrown);
    expect(error.line).toBe(50_002);
  });

  it('an error of the source passes through', async () => {
    const source = (function* () {
      yield 'a,y\n1,2\n';
      throw new Error('the line is dead');
    })();
    await expect(readCsv(source, { target: 'y' })).rejects.toThrow('the line is dead');
  });

  it('the source is closed when its text is refused', async () => {
    const { source, state } = pieces(['a,y\n', '1\n', '2,3\n']);
    await expect(readCsv(source, { target: 'y' })).rejects.toThrow('expected 2 fields, got 1');
    expect(state).toEqual({ asked: 2, closed: true });
    let cancelled = false;
    const stream = new ReadableStream<string>({
      pull: (controller) => controller.enqueue('a\n'),
      cancel: () => {
        cancelled = true;
      },
    });
    await expect(readCsv(stream, { target: 'y' })).rejects.toThrow('target must be one of "a"');
    expect(cancelled).toBe(true);
  });

  it('a quote that is never closed ends before it has drawn everything in', async () => {
    const { source, state } = pieces(
      (function* () {
        yield 'a,y\n1,2\n"';
        for (;;) yield 'x'.repeat(2 ** 18);
      })(),
    );
    await expect(readCsv(source, { target: 'y' })).rejects.toThrow(
      'line 3: a row has more than 16777216 characters: is a quote not closed?',
    );
    expect(state.asked).toBeLessThan(200);
  });
});
