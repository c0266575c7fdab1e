// Rows of objects, inspections, sources of every kind, and turns of the host.
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  CsvError,
  type CsvSource,
  csvBatches,
  inspectCsv,
  parseCsv,
  type ReadProgress,
  readCsv,
  readTable,
  scanCsv,
  table,
} from '../../src/datasets.js';
import { memoryUsage } from '../../src/index.js';
import { file, pieces } from './sources.js';

describe('rows of objects', () => {
  const rows = [
    { size: 1, color: 'red', ok: true, day: new Date('1970-01-02'), y: 1 },
    { size: 2.5, color: 'blue', ok: false, day: runInNewContext("new Date('1970-01-03')"), y: 2 },
  ];
  const options = { target: 'y', columns: { day: 'date' } } as const;
  const expected = [1, 0, 1, 0, 1, 1, 2.5, 1, 0, 1, 0, 2];

  it('have the columns of a text', () => {
    using made = table(rows, options);
    expect(made.features).toEqual(['size', 'color=blue', 'color=red', 'ok=false', 'ok=true', 'day']);
    expect([...made.data.features.data]).toEqual(expected);
  });

  it('come one by one, in arrays, and asynchronously', async () => {
    async function* cursor() {
      yield rows[0]!;
      yield [rows[1]!];
    }
    for (const source of [rows, [rows], new Set(rows), cursor()]) {
      using made = await readTable(source, options);
      expect([...made.data.features.data]).toEqual(expected);
    }
  });

  it('null and NaN are missing, absent fields are refused', async () => {
    using made = table(
      [
        { a: 1, y: 1 },
        { a: null, y: 2 },
        { a: Number.NaN, y: 3 },
      ],
      { target: 'y', missing: 'mean' },
    );
    expect([...made.data.features.data]).toEqual([1, 1, 1]);
    const uneven = [{ a: 1, y: 1 }, { y: 2 }];
    expect(() => table(uneven, { target: 'y' })).toThrow('table: row 1, column "a": the field is absent');
    using filled = table(uneven, { target: 'y', absent: 'missing', missing: 'mean' });
    expect([...filled.data.features.data]).toEqual([1, 1]);
    const wider = [
      { b: 2, y: 1 },
      { a: 1, b: 2, y: 2 },
    ];
    expect(() => table(wider, { target: 'y' })).toThrow(/row 1, column "a": the field "a" is not in row 0/);
    using named = table(wider, { target: 'y', header: ['a', 'y'], absent: 'missing', missing: 'mean' });
    expect([...named.data.features.data]).toEqual([1, 1]);
  });

  it('are refused by row and column, with all problems', () => {
    const bad = [
      { a: 1, b: '$5', y: 1 },
      { a: 'x', b: '$6', y: 2 },
      { a: 3, b: '$7', y: 3 },
    ];
    const error = (() => {
      try {
        return table(bad, { target: 'y' });
      } catch (thrown) {
        return thrown as CsvError;
      }
    })() as CsvError;
    expect(error).toBeInstanceOf(CsvError);
    expect([error.line, error.column, error.problems.length]).toEqual([1, 'a', 2]);
    expect(error.message).toContain('table, row 1, column "a": 1 of 3 values is no number');
    using made = table(bad, { target: 'y', columns: error.columns });
    expect([...made.data.features.data]).toEqual([1, 5, 2, 6, 3, 7]);
  });

  it.each<[string, unknown, object, RegExp]>([
    ['no rows', [], {}, /there must be rows, got none/],
    ['a text', 'a', {}, /rows must be an iterable of objects/],
    ['a number', 5, {}, /rows must be an iterable of objects/],
    ['a row that is none', [{ a: 1, y: 1 }, 5], {}, /rows must be objects/],
    ['a Map', [new Map()], {}, /row 0 must be an object/],
    ['a Map of another realm', [runInNewContext('new Map()')], {}, /row 0 must be an object/],
    ['a Map in a later row', [{ a: 1, y: 2 }, runInNewContext('new Map()')], {}, /must be objects with a field/],
    ['a field that is an object', [{ a: {}, y: 1 }], {}, /"a" must be a string, a number/],
    ['options of texts', [{ a: 1, y: 1 }], { delimiter: ';' }, /about columns, not about text/],
  ])('%s', (_, wrong, more, message) => {
    const before = memoryUsage();
    expect(() => table(wrong as never, { target: 'y', ...more })).toThrow(message);
    expect(memoryUsage()).toBe(before);
  });
});

describe('inspectCsv', () => {
  it('finds kinds, samples, counts, and the options that read a table', async () => {
    const text = 'name;price;day;n;y\nA;1,5;2024-01-31;1;u\nB;2,5;2024-02-01;NA;v\nC;3;2024-02-02;3;u\n';
    const found = await inspectCsv(text, { target: 'y' });
    expect(found.delimiter).toBe(';');
    expect([found.rows, found.incomplete]).toEqual([3, 1]);
    expect(found.columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['name', 'category', 0],
      ['price', 'mixed', 0],
      ['day', 'date', 0],
      ['n', 'number', 1],
      ['y', 'category', 0],
    ]);
    expect(found.columns[0]).toMatchObject({ samples: ['A', 'B', 'C'], numbers: 0, texts: 3 });
    expect(found.problems.map(({ code }) => code)).toEqual(['delimiter', 'notation', 'date', 'missing']);
    expect(found.problems[1]).toMatchObject({
      line: 2,
      column: 'price',
      fix: { columns: { price: { decimal: ',' } } },
    });
    using made = parseCsv(text, { target: 'y', ...found.fix });
    expect(made.rows).toBe(3);
    expect(found.describe()).toMatch(/problem: line 2, column "price": .*\n.*options that fix it: delimiter: ';'/s);
  });

  it('tells notes, and throws for nothing in a text', async () => {
    expect((await inspectCsv('zip,y\n01234,1\n56789,2\n')).notes).toMatchObject([
      { code: 'leadingZeros', column: 'zip' },
    ]);
    for (const text of ['', '\n', '"', 'a\n', 'a,a\n1\n1,2,3\n', ',,\n,,\n', '1,2\n3,4\n', '\0\n', 'a,b\n"x"y,1\n']) {
      const found = await inspectCsv([text]);
      expect(found.problems.length).toBeGreaterThan(0);
    }
    const other = await inspectCsv([Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0xe9, 0x2c, 0x31, 0x0a)], { target: 'b' });
    expect([other.problems[0]!.code, other.fix.encoding, other.columns.length]).toEqual([
      'encoding',
      'windows-1252',
      2,
    ]);
  });

  it('inspects a stream in one pass', async () => {
    const found = await inspectCsv(new Blob(['a;b\n1;2\n']).stream());
    expect([found.delimiter, found.rows]).toEqual([';', 1]);
  });
});

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

  it.each<[string, () => CsvSource, RegExp]>([
    ['an address', () => 'https://example.org/a.csv', /pass await fetch\("https:/],
    ['a Response of an error', () => new Response('', { status: 404 }), /got status 404/],
    ['UTF-16 without a mark', () => [utf16(true, false)], /it looks like UTF-16LE.*encoding: 'utf-16le'/s],
    ['broken gzip', () => [gzipSync(bytes).subarray(0, 20)], /./],
    [
      'an error within gzip',
      () =>
        (function* () {
          yield gzipSync(bytes).subarray(0, 12);
          throw new Error('the line is dead');
        })(),
      /the line is dead/,
    ],
  ])('%s is refused', async (_, source, message) => {
    await expect(readCsv(source(), { target: 'y' })).rejects.toThrow(message);
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

describe('csvBatches in parts and random order', () => {
  const text = `a,y\n${Array.from({ length: 1000 }, (_, i) => `${i},${i + 0.5}\n`).join('')}`;
  using schema = parseCsv(text, { target: 'y' });
  const all = async (options: object) => {
    const x: number[] = [];
    for await (const { features, targets } of csvBatches([text], schema, { batchSize: 64, ...options })) {
      expect([...targets]).toEqual([...features].map((value) => value + 0.5));
      x.push(...features);
    }
    return x;
  };
  const ascending = (values: number[]) => [...values].sort((a, b) => a - b);
  const numbers = Array.from({ length: 1000 }, (_, i) => i);

  it('a window shuffles the rows by its seed, each once', async () => {
    for (const shuffleWindow of [2, 100, 5000]) {
      const [one, same, other] = [
        await all({ shuffleWindow, seed: 1 }),
        await all({ shuffleWindow, seed: 1 }),
        await all({ shuffleWindow, seed: 2 }),
      ];
      expect(ascending(one)).toEqual(numbers);
      expect(one).toEqual(same);
      expect(one).not.toEqual(other);
      expect(one).not.toEqual(numbers);
    }
    const far = await all({ shuffleWindow: 5000 });
    const early = far.slice(0, 500).reduce((sum, value) => sum + value, 0) / 500;
    expect(Math.abs(early - 499.5)).toBeLessThan(60);
  });

  it('the same rows are held out in every pass, whatever the seed', async () => {
    const training = await all({ holdOut: 0.2, seed: 3, shuffleWindow: 50 });
    const heldOut = await all({ holdOut: 0.2, part: 'heldOut' });
    expect(ascending([...training, ...heldOut])).toEqual(numbers);
    expect(heldOut.length).toBeGreaterThan(160);
    expect(heldOut.length).toBeLessThan(240);
    expect(await all({ holdOut: 0.2, part: 'heldOut', seed: 9 })).toEqual(heldOut);
  });

  it('wrong options are refused', () => {
    for (const [options, message] of [
      [{ holdOut: 1 }, 'holdOut must be in [0, 1)'],
      [{ part: 'heldOut' }, "holdOut must be above 0 for part: 'heldOut'"],
      [{ part: 'test' }, 'part must be one of training, heldOut'],
      [{ shuffleWindow: -1 }, 'shuffleWindow must be a whole number'],
      [{ signal: 5 }, 'signal must be an AbortSignal'],
    ] as const) {
      expect(() => csvBatches([text], schema, options as never)).toThrow(message);
    }
  });

  it('leaving the loop closes the source', async () => {
    const { source, state } = pieces([text.slice(0, 100), text.slice(100)]);
    for await (const _ of csvBatches(source, schema, { batchSize: 2, shuffleWindow: 4 })) break;
    expect(state.closed).toBe(true);
  });
});
