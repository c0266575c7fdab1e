import { readCsvOptions } from '../data/csv/plan.js';
import { alignColumns } from '../data/describe.js';
import { type CsvOptions, inspectCsv } from '../datasets.js';
import { optionsFor, type Values } from './arguments.js';
import { nameOf, sourceOf } from './files.js';
import { checked, flags, problemText } from './problems.js';
import { endProgress, grouped, print, progress, startProgress } from './terminal.js';

/** Prints the columns of a table and all problems in it. */
export async function inspect([path]: readonly string[], values: Values): Promise<void> {
  const options = optionsFor('table', values) as Partial<CsvOptions>;
  checked(() => readCsvOptions('adamas', options, false));
  startProgress();
  const inspection = await inspectCsv(sourceOf(path!), {
    ...options,
    onProgress: ({ rows }) => progress(`read ${grouped(rows)} rows`),
  });
  endProgress();
  const { columns, delimiter, rows, incomplete, problems, notes, fix } = inspection;
  if (values.json) {
    const proposed = { fix, options: flags(fix) };
    return print(
      JSON.stringify({ data: path, rows, incomplete, delimiter, columns, problems, notes, ...proposed }, null, 2),
    );
  }
  const lines = columns.map(({ name, kind, samples, missing }) => [
    name,
    kind,
    [...samples.map((sample) => JSON.stringify(sample)), ...(missing ? [`${missing} missing`] : [])].join(', '),
  ]);
  await print(
    [
      `${nameOf(path!)}: ${grouped(rows)} rows, ${columns.length} columns, delimiter ${JSON.stringify(delimiter)}`,
      ...(lines.length > 0 ? [alignColumns(lines)] : []),
      ...problems.map(
        (problem) => `problem: ${problemText(problem)}${problem.fix ? `\n  add ${flags(problem.fix)}` : ''}`,
      ),
      ...notes.map(
        ({ column, message }) => `note: ${column === undefined ? '' : `column ${JSON.stringify(column)} `}${message}`,
      ),
      ...(problems.length > 1 && Object.keys(fix).length > 0 ? [`all together: ${flags(fix)}`] : []),
    ].join('\n'),
  );
}
