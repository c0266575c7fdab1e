import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../../src/data/csv/source.js';
import { Tokenizer } from '../../src/data/csv/tokenizer.js';
import { Adam, csvBatches, linear, parseCsv, partialFit, relu, sequential } from '../adamas.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

const ROWS = 100_000;
const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'y'];

/** A file of numbers, read and trained on batch by batch, against reading it into batches alone, and against cutting it into fields of text alone. */
const streaming = (name: string, widths: readonly number[]): Row => ({
  name: `CSV file to ${name}, partialFit`,
  pieces: { count: ROWS, name: 'row' },
  setup(run) {
    const folder = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
    run.hold({ dispose: () => rmSync(folder, { recursive: true }) });
    const path = join(folder, 'rows.csv');
    const header = `${COLUMNS.join()}\n`;
    const values = fillNormals(new Float32Array(ROWS * COLUMNS.length));
    const lines = Array.from({ length: ROWS }, (_, i) =>
      Array.from(values.subarray(i * COLUMNS.length, (i + 1) * COLUMNS.length), (value) => value.toFixed(4)).join(),
    );
    writeFileSync(path, `${header}${lines.join('\n')}\n`);

    const schema = run.hold(parseCsv(`${header}1,2,3,4,5,6\n`, { target: 'y' }));
    const layers = widths.slice(1).flatMap((width, i) => [relu(), linear(widths[i]!, width, { seed: i })]);
    const model = run.hold(sequential(...layers.slice(1)));
    const optimizer = run.hold(new Adam(model.parameters(), { lr: 1e-6 }));
    return {
      adamas: () => partialFit(model, csvBatches(path, schema, { batchSize: 256 }), { loss: 'mse', optimizer }),
      async 'batches alone'() {
        let rows = 0;
        for await (const { targets } of csvBatches(path, schema, { batchSize: 256 })) rows += targets.length;
        return rows;
      },
      async 'fields alone'() {
        const tokenizer = new Tokenizer({
          delimiter: ',',
          quote: '"',
          escape: 'double',
          comment: undefined,
          skip: 0,
        });
        let rows = 0;
        for await (const { text } of textOf('bench', path, undefined)) {
          tokenizer.push(text);
          while (tokenizer.next()) rows++;
        }
        return rows;
      },
    };
  },
});

export const streamingRows: readonly Row[] = [
  streaming('linear regression', [5, 1]),
  streaming('MLP 5-32-1', [5, 32, 1]),
];
