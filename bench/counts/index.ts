// npm run bench:counts [-- --write]: counts that show a clear loss of speed on any machine, compared with recorded.json. Nothing is timed.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Measured, measured } from './measure.js';

const RECORDED = new URL('recorded.json', import.meta.url);

/** Growth of a kernel's code over the recorded one that is accepted, as a part of it and in bytes: a compiler's whims. Counts may not grow at all. */
const CODE_TOLERANCE = { part: 0.02, bytes: 16 };

const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
if (values.write) writeFileSync(RECORDED, `${JSON.stringify(measured, null, 2)}\n`);
const recorded: Measured = JSON.parse(readFileSync(RECORDED, 'utf8'));

/** The most that a count may be. */
const limit = (name: string, value: number) =>
  name.startsWith('bytes of ') ? (1 + CODE_TOLERANCE.part) * value + CODE_TOLERANCE.bytes : value;

let [grown, changed] = [0, 0];
for (const [name, value] of Object.entries(measured)) {
  const before = recorded[name];
  if (before === value) continue;
  changed++;
  const lost = before !== undefined && value > limit(name, before);
  if (lost) grown++;
  console.log(`${lost ? 'more' : 'changed'}: ${name}: ${value}, recorded ${before ?? 'nothing'}`);
}
for (const name of Object.keys(recorded)) if (!(name in measured)) console.log(`gone: ${name}`);
console.log(`${Object.keys(measured).length} counts, ${changed} changed, ${grown} more than recorded`);
if (changed > 0)
  console.log('npm run bench:counts -- --write records them again; give the reason for higher counts in the commit');
process.exitCode = grown > 0 ? 1 : 0;
