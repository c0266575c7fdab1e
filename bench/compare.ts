// npm run bench:compare -- <older.json> <newer.json>: the rows that became slower or faster between two recordings, and the number of those that are noise.
import { readFileSync } from 'node:fs';
import { type Change, changes } from './harness/changes.js';
import type { Recording } from './harness/record.js';

const [older, newer] = process.argv.slice(2).map((path): Recording[] => JSON.parse(readFileSync(path, 'utf8')));
if (older === undefined || newer === undefined) throw new Error('Give two recordings: the older, then the newer');

const percent = (factor: number) => `${factor >= 1 ? '+' : ''}${(100 * (factor - 1)).toFixed(1)} %`;

function lineOf({ row, contender, factor, probability, againstBaseline }: Change): string {
  const beside = againstBaseline === undefined ? '' : `, beside its baseline ${percent(againstBaseline)}`;
  return `  ${row}, ${contender}: ${percent(factor)}${beside} (p = ${probability.toPrecision(2)})`;
}

let lost = 0;
for (const after of newer) {
  const before = older.find(({ host }) => host === after.host) ?? (newer.length === 1 ? older[0] : undefined);
  if (before === undefined) continue;
  console.log(`${before.adamas}, ${before.date}, ${before.host} to ${after.adamas}, ${after.date}, ${after.host}`);
  if (before.machine !== after.machine) console.log(`other machines: ${before.machine}; ${after.machine}`);
  const found = changes(before.lines, after.lines);
  for (const verdict of ['slower', 'faster'] as const) {
    const some = found.filter((change) => change.verdict === verdict);
    console.log(`${verdict}: ${some.length === 0 ? 'none' : ''}`);
    for (const change of some) console.log(lineOf(change));
    if (verdict === 'slower') lost += some.length;
  }
  console.log(`noise: ${found.filter((change) => change.verdict === 'noise').length} lines`);
}
process.exitCode = lost > 0 ? 1 : 0;
