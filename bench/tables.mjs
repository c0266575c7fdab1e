// Reading dirty rows beside others: `npm run build && npm run bench:peers && npx tsx --expose-gc bench/tables.mjs [rows] [rounds]`. Papa Parse and µDSV only
// split them into fields; danfo.js, TensorFlow.js and pandas (where python3 has it, one process for all rounds) find out the kinds of columns too.
// The rounds of all are interleaved; what is printed is the median of each, and its ratio to the first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseCsv, readCsv } from '../dist/datasets.js';
import { dirtyRows } from './dirtyRows.ts';

const require = createRequire(new URL('peers/package.json', import.meta.url));
const Papa = require('papaparse');
const { inferSchema, initParser } = require('udsv');
const { DataFrame } = require('danfojs');
const tf = require('@tensorflow/tfjs');

const [rows = 500_000, rounds = 5] = process.argv.slice(2).map(Number);

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
  const [answer] = await Promise.race([Promise.all([ask()]), once(python, 'exit').then(() => [Number.NaN])]);
  if (Number.isNaN(answer)) return console.log('left out: pandas, which python3 does not have here');
  return { ask, end: () => python.stdin.end() };
}

const readers = {
  'papaparse, fields only': () => Papa.parse(text, { header: false, skipEmptyLines: true }).data.length - 1,
  'µDSV, fields only': () => initParser(inferSchema(text)).stringArrs(text).length,
  // As its readCSV does once it has the text.
  'danfo.js, a DataFrame': () =>
    new DataFrame(Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: 'greedy' }).data).shape[0],
  'TensorFlow.js, data.csv': async () => {
    let count = 0;
    await tf.data.csv(`file://${file}`).forEachAsync(() => count++);
    return count;
  },
  ...(pandas && { 'pandas read_csv, from a file': pandas.ask }),
  'adamas parseCsv, a dataset': () => countOf(parseCsv(text, options)),
  'adamas readCsv, from a file': async () => countOf(await readCsv(file, options)),
};

function countOf(table) {
  const { length } = table.data;
  table.dispose();
  return length;
}

const times = Object.fromEntries(Object.keys(readers).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, read] of Object.entries(readers)) {
    globalThis.gc?.();
    const start = performance.now();
    const count = await read();
    const time = performance.now() - start;
    if (count !== rows) throw new Error(`${name}: ${count} rows of ${rows}`);
    // The first round warms up.
    if (round > 0) times[name].push(time);
  }
}
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const first = median(Object.values(times)[0]);
console.log(`${rows} rows, ${(text.length / 1e6).toFixed(1)} MB, Node ${process.version}`);
for (const [name, list] of Object.entries(times)) {
  console.log(`${name}: ${median(list).toFixed(0)} ms, ${(median(list) / first).toFixed(2)}`);
}
pandas?.end();
rmSync(folder, { recursive: true });
