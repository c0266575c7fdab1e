// npm run bench:hosts [-- [--smoke] [--only <part of a row's name>] [--json <file>]]: the main rows in other runtimes, one after the other.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Recording, toText } from './harness/record.js';
import { groups, head, textOf } from './harness/report.js';
import { bundleFor } from './portable/bundle.js';

/** The rows by which runtimes are compared. */
const MAIN = [
  'adam step P=1M resident',
  "chapter's epoch, fitSync of 50",
  'predict of one row',
  'GEMM 256',
  'exp of 1M',
  'MLP 64-128-10, batch 32, step',
  'MLP 64-128-10, batch 128, step',
  'whole job',
];

/** Commands that run a program in each runtime: this Node, and packages of npm. */
const HOSTS: readonly (readonly string[])[] = [
  [process.execPath],
  ['npx', '-y', 'node@24.9.0'],
  ['npx', '-y', 'node@26.10.0'],
  ['npx', '-y', 'bun@1.4.5'],
  ['npx', '-y', 'deno@2.9.6', 'run', '--allow-all'],
];

const { values } = parseArgs({
  options: { smoke: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
});
const { smoke = false, only } = values;
const choice = JSON.stringify({ only: only === undefined ? MAIN : [only], smoke });

const folder = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
const recordings: Recording[] = [];
try {
  const program = join(folder, 'host.mjs');
  await bundleFor('portable/host.mjs', program, 'node');
  for (const [command, ...args] of HOSTS) {
    const start = head('');
    const printed = execFileSync(command!, [...args, program, choice], { encoding: 'utf8' });
    const found = JSON.parse(printed.trim().split('\n').at(-1)!);
    recordings.push({ ...start, ...found });
    console.log(`\n${found.host}`);
    for (const group of groups(found.lines)) console.log(textOf(group));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, toText(recordings));
