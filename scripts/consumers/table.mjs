// The table of the README: what the last run of scripts/consumers.mjs found.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESULTS = 'test/consumers/results.json';
const [START, END] = ['<!-- consumers: start -->', '<!-- consumers: end -->'];

/** The table in Markdown. */
export function tableOf({ date, machine, rows }) {
  const yes = (value) => (value ? 'yes' : '**no**');
  return [
    '| runs in | with | imports | trains | same digest |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(({ row, versions = [], engines, imports, trains, sameDigest }) => {
      const cells = [
        row,
        [...versions, ...engines.filter((engine) => engine !== 'workerd')].join(', '),
        yes(imports),
        yes(trains),
        yes(sameDigest),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    `Of ${date}, on ${machine}.`,
  ].join('\n');
}

/** A text with the table between its markers. */
export function withTable(text, results) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} and ${END}`);
  return `${text.slice(0, start + START.length)}\n${tableOf(results)}\n${text.slice(end)}`;
}

/** Keeps the results, and puts them into the README. */
export function writeTable(root, results) {
  writeFileSync(join(root, RESULTS), `${JSON.stringify(results, null, 2)}\n`);
  const readme = join(root, 'README.md');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), results));
}
