// Reading dirty rows, beside packages that only split them into fields: `npm run build && npm run bench:peers && node --expose-gc bench/tables.mjs [rows] [rounds]`.
// The rounds of all are interleaved; what is printed is the median of each, and its ratio to the first.
import { createRequire } from 'node:module';
import { parseCsv } from '../dist/datasets.js';

const require = createRequire(new URL('peers/package.json', import.meta.url));
const Papa = require('papaparse');
const { inferSchema, initParser } = require('udsv');

const [rows = 500_000, rounds = 5] = process.argv.slice(2).map(Number);

/** 12 columns: numbers of several widths, classes, dates, quoted texts with delimiters and quotes, and missing values. */
function dirty(count) {
  const places = ['north', 'south', 'east', 'west', 'centre'];
  const lines = ['id,price,rate,score,place,kind,day,note,size,left,right,y'];
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  for (let i = 0; i < count; i++) {
    const day = new Date(1.6e12 + Math.floor(random() * 1000) * 864e5).toISOString().slice(0, 10);
    const note = random() < 0.1 ? '"said ""yes"", then left"' : '"plain, short"';
    const size = random() < 0.05 ? 'NA' : (random() * 100).toFixed(2);
    const left = random() < 0.05 ? '' : String(random());
    const fields = [i, (random() * 1000).toFixed(2), random().toExponential(4), Math.floor(random() * 100)];
    fields.push(places[Math.floor(random() * 5)], random() < 0.5 ? 'a' : 'b', day, note, size, left);
    fields.push((random() - 0.5).toFixed(6), (random() * 10).toFixed(3));
    lines.push(fields.join());
  }
  return `${lines.join('\n')}\n`;
}

const text = dirty(rows);
const readers = {
  'papaparse, fields only': () => Papa.parse(text, { header: false, skipEmptyLines: true }).data.length - 1,
  'µDSV, fields only': () => initParser(inferSchema(text)).stringArrs(text).length,
  'adamas parseCsv, a dataset': () => {
    const table = parseCsv(text, { target: 'y', columns: { day: 'date' }, missing: 'mean' });
    const { length } = table.data;
    table.dispose();
    return length;
  },
};
const times = Object.fromEntries(Object.keys(readers).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, read] of Object.entries(readers)) {
    globalThis.gc?.();
    const start = performance.now();
    const count = read();
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
