// Batches of a CSV source by the schema of another table.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CsvSource, csvBatches, parseCsv, scanCsv } from '../../src/datasets.js';
import { file, folder, pieces, TEXT } from './sources.js';

describe('csvBatches', () => {
  const schema = parseCsv('n,c,y\n1,a,1\n3,b,2\n', { target: 'y', missing: 'mean' });
  const text = 'y,extra,c,n\n1,-,a,1\n2,-,b,2\n3,-,,NA\n,-,a,4\n5,-,b,5\n6,-,a,6\n';
  const all = async (source: CsvSource, of = schema, batchSize = 2) => {
    const list: [number[], number[]][] = [];
    for await (const { features, targets } of csvBatches(source, of, { batchSize })) {
      list.push([[...features], [...targets]]);
    }
    return list;
  };

  it('encodes all rows by the schema; columns are found by name, and others left alone', async () => {
    const expected = [
      [
        [1, 1, 0, 2, 0, 1],
        [1, 2],
      ],
      [
        [2, 0, 0, 5, 0, 1],
        [3, 5],
      ],
      [[6, 1, 0], [6]],
    ];
    expect(await all([text])).toEqual(expected);
    expect(await all([...text])).toEqual(expected);
  });

  it('leaves out what the schema leaves out, and nothing of it stays behind', async () => {
    using dropping = parseCsv('c,n,y\na,1,1\nb,3,2\n', { target: 'y', missing: 'drop' });
    expect(await all([text], dropping, 3)).toEqual([
      [
        [1, 0, 1, 0, 1, 2, 0, 1, 5],
        [1, 2, 5],
      ],
      [[1, 0, 6], [6]],
    ]);
    expect(await all(['c,n,y\na,,1\nb,1,2\n'], dropping, 3)).toEqual([[[0, 1, 1], [2]]]);
  });

  it.each(['drop', 'mean'] as const)('a row left out by %s may hold what the schema has not seen', async (missing) => {
    const text = `k,a,y\nx,1,2\nz,${missing === 'drop' ? ',3' : '5,'}\nw,2,4\nx,9,1\n`;
    using table = parseCsv(text, { target: 'y', missing });
    const schema = await scanCsv([text], { target: 'y', missing });
    const features: number[] = [];
    const targets: number[] = [];
    for await (const batch of csvBatches([text], schema, { batchSize: 2 })) {
      features.push(...batch.features);
      targets.push(...batch.targets);
    }
    expect(features).toEqual([...table.data.features.data]);
    expect(targets).toEqual([...table.data.targets.data]);
  });

  it('gives the table’s own rows', async () => {
    using classes = parseCsv(TEXT, { target: 'farbe' });
    const batches = await all([TEXT], classes, 2);
    expect(batches.flatMap(([x]) => x)).toEqual([...classes.data.features.data]);
    expect(batches.flatMap(([, y]) => y)).toEqual([...classes.data.targets.data]);
  });

  it('asks for no more than is taken, and closes the source when it is left', async () => {
    const { source, state } = pieces(
      (function* () {
        yield 'n,c,y\n';
        for (;;) yield '1,a,1\n'.repeat(4);
      })(),
    );
    let taken = 0;
    for await (const _ of csvBatches(source, schema, { batchSize: 4 })) if (++taken === 3) break;
    expect(state).toEqual({ asked: 4, closed: true });
  });

  it('goes through a file or a Blob again', async () => {
    const path = file('again.csv', text);
    for (const source of [path, new Blob([text])]) {
      const batches = csvBatches(source, schema);
      for (let epoch = 0; epoch < 2; epoch++) {
        let rows = 0;
        for await (const { targets } of batches) rows += targets.length;
        expect(rows).toBe(5);
      }
    }
  });

  it('refuses what the schema cannot encode', async () => {
    using strict = parseCsv('n,c,y\n1,a,1\n3,b,2\n', { target: 'y' });
    for (const [row, message] of [
      ['x,a,1', 'line 3, column "n": expected a finite float32 number, got "x"'],
      ['1,z,1', 'line 3, column "c": expected one of "a", "b", got "z"'],
      ['1,,1', 'line 3, column "c": a value is missing'],
      ['1,a,', 'line 3, column "y": a value is missing'],
      ['1,a', 'line 3: expected 3 fields, got 2'],
    ]) {
      await expect(all([`n,c,y\n1,a,1\n${row}\n`], strict)).rejects.toThrow(`csvBatches, ${message}`);
    }
    await expect(all(['n,y\n1,2\n'])).rejects.toThrow('csvBatches: there must be a column "c", got "n", "y"');
    await expect(all(['n,n,c,y\n1,2,a,2\n'])).rejects.toThrow('csvBatches, column "n": two columns are called "n"');
    await expect(all([''])).rejects.toThrow('csvBatches: there must be rows, got no text');
    await expect(all(['n,c,y\n'])).rejects.toThrow('csvBatches: there must be rows, got none');
    const missing = 'csvBatches: there must be rows, got 2 with a missing value each';
    await expect(all(['n,c,y\n1,a,\n2,b,NA\n'])).rejects.toThrow(missing);
    await expect(all(join(folder, 'none.csv'))).rejects.toThrow('csvBatches: there is no file');
  });

  it('refuses wrong arguments at once', () => {
    expect(() => csvBatches(5 as never, schema)).toThrow(TypeError);
    expect(() => csvBatches([''], {} as never)).toThrow('csvBatches: schema must be a Table or what scanCsv gave');
    expect(() => csvBatches([''], schema, { batchSize: 0 })).toThrow(RangeError);
    expect(() => csvBatches([''], schema, { size: 2 } as never)).toThrow('csvBatches: unknown option "size"');
  });
});
