// The table of docs/hosts.md: the results of the last run of scripts/consumers.mjs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = 'docs/hosts.md';
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
    `Run on ${date}, on ${machine}.`,
  ].join('\n');
}

/** A text with the table between its markers. */
export function withTable(text, results) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PAGE} has no ${START} and ${END}`);
  return `${text.slice(0, start + START.length)}\n${tableOf(results)}\n${text.slice(end)}`;
}

/** Writes the results, and the table into its page. */
export function writeTable(root, results) {
  writeFileSync(join(root, RESULTS), `${JSON.stringify(results, null, 2)}\n`);
  const page = join(root, PAGE);
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), results));
}
