// npm run bench:tables [-- [--rows <n>] [--rounds <n>] [--json <file>]]: reading dirty rows beside others. Papa Parse and µDSV only split them into
// fields; danfo.js, TensorFlow.js and pandas (where python3 has it, one process for all rounds) find out the kinds of columns too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseCsv, readCsv } from '../dist/datasets.js';
import { dirtyRows } from './dirtyRows.ts';
import { race } from './harness/race.ts';
import { linesOf, toText } from './harness/record.ts';
import { head, textOf, thisHost } from './harness/report.ts';

const require = createRequire(new URL('peers/package.json', import.meta.url));
const Papa = require('papaparse');
const { inferSchema, initParser } = require('udsv');
const { DataFrame } = require('danfojs');
const tf = require('@tensorflow/tfjs');

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const start = head(thisHost());

const text = dirtyRows(rows);
const folder = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
const file = join(folder, 'rows.csv');
writeFileSync(file, text);
const options = { target: 'y', columns: { day: 'date' }, missing: 'mean' };
const pandas = await startPandas();

/** A Python that reads the file each time it gets a line, and says how many rows it has. Undefined without pandas. */
async function startPandas() {
  const program = `
import sys, pandas
print(pandas.__version__, flush=True)
for path in sys.stdin:
    print(len(pandas.read_csv(path.strip(), parse_dates=['day'])), flush=True)
`;
  const python = spawn(process.env.PYTHON ?? '/usr/bin/python3', ['-c', program], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface(python.stdout)[Symbol.asyncIterator]();
  const ask = async () => {
    python.stdin.write(`${file}\n`);
    const { value } = await lines.next();
    return Number(value);
  };
  python.stdin.on('error', () => {});
  const { value: version } = await Promise.race([lines.next(), once(python, 'exit').then(() => ({}))]);
  if (version === undefined) return console.log('left out: pandas, which python3 does not have here');
  return { version, ask, end: () => python.stdin.end() };
}

const readers = {
  'adamas parseCsv, a dataset': () => countOf(parseCsv(text, options)),
  'adamas readCsv, from a file': async () => countOf(await readCsv(file, options)),
  'Papa Parse 5.7.1, fields only': () => Papa.parse(text, { header: false, skipEmptyLines: true }).data.length - 1,
  'µDSV 0.7.3, fields only': () => initParser(inferSchema(text)).stringArrs(text).length,
  // As its readCSV does once it has the text.
  'danfo.js 1.1.2, a DataFrame': () =>
    new DataFrame(Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: 'greedy' }).data).shape[0],
  'TensorFlow.js 4.22.0, data.csv': async () => {
    let count = 0;
    await tf.data.csv(`file://${file}`).forEachAsync(() => count++);
    return count;
  },
  ...(pandas && { [`pandas ${pandas.version} read_csv, from a file`]: pandas.ask }),
};

function countOf(table) {
  const { length } = table.data;
  table.dispose();
  return length;
}

/** A contender that reads once when it is asked for a time. */
const timed = ([name, read]) => {
  const nanoseconds = async () => {
    globalThis.gc?.();
    const start = performance.now();
    const count = await read();
    const time = performance.now() - start;
    if (count !== rows) throw new Error(`${name}: ${count} rows of ${rows}`);
    return 1e6 * time;
  };
  return [name, { nanoseconds }];
};

const contenders = Object.fromEntries(Object.entries(readers).map(timed));
for (const { nanoseconds } of Object.values(contenders)) await nanoseconds(); // warms up
const name = `a CSV file of ${rows.toLocaleString('en')} dirty rows, ${(text.length / 1e6).toFixed(1)} MB`;
const lines = linesOf({ name }, await race(contenders, { rounds, budget: 0 }), []);
console.log(textOf(lines));
if (values.json !== undefined) writeFileSync(values.json, toText([{ ...start, lines }]));
pandas?.end();
rmSync(folder, { recursive: true });
