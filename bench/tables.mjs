// npm run bench:tables [-- [--rows <n>] [--rounds <n>] [--json <file>]]: reading dirty rows beside others (peers/tables.mjs, and pandas where
// python3 has it). Each reader has a process of its own, so that none pays for what another left on the heap.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dirtyRows } from './dirtyRows.ts';
import { Child } from './harness/child.ts';
import { race } from './harness/race.ts';
import { linesOf, toText } from './harness/record.ts';
import { head, textOf, thisHost } from './harness/report.ts';
import { NAMES } from './peers/tables.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string' },
  },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const start = head(thisHost());

const text = dirtyRows(rows);
const folder = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
const path = join(folder, 'rows.csv');
writeFileSync(path, text);

const peers = fileURLToPath(new URL('peers/', import.meta.url));
const commands = [
  ...NAMES.map((name) => ({ program: process.execPath, args: [join(peers, 'serve.mjs'), 'tables', name] })),
  { program: process.env.PYTHON ?? '/usr/bin/python3', args: [join(peers, 'pandas_csv.py')] },
];
const contenders = {};
for (const command of commands) {
  const child = await Child.start(command, { kind: 'table', path });
  const { title, check, refused } = child.introduction;
  if (refused !== undefined) {
    console.log(`left out: ${refused}`);
    continue;
  }
  if (check[0] !== rows) throw new Error(`${title}: ${check[0]} rows of ${rows}`);
  contenders[title] = child;
}
const name = `a CSV file of ${rows.toLocaleString('en')} dirty rows, ${(text.length / 1e6).toFixed(1)} MB`;
// A budget of 0 is one reading a round.
const lines = linesOf({ name }, await race(contenders, { rounds, budget: 0 }), []);
console.log(textOf(lines));
if (values.json !== undefined) writeFileSync(values.json, toText([{ ...start, lines }]));
for (const child of Object.values(contenders)) child.dispose();
rmSync(folder, { recursive: true });
