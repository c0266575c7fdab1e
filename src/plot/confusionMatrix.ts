import { nonNegative, readOptions, refuse, unchecked } from '../validate.js';
import { drawChart } from './chart.js';
import { classNames, numbers, type PlotOptions, plotTable, sum } from './options.js';
import { format } from './scale.js';
import { LINE, MIDDLE, rect, shorten, text, textWidth } from './svg.js';

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions extends PlotOptions {
  /** Names of the classes. Default: their indices. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Draws how often each class (row) was predicted as each (column). A cell's shade is its share of the row, so the diagonal of a good
 * classifier is dark. Counts are drawn where they have room.
 *
 * @param evaluation - what `evaluate` gives for a classifier, or counts with the same name
 * @param options - title, size, names of the classes
 * @returns the picture as SVG text
 * @throws TypeError when the evaluation has no confusion matrix, as that of a regression; RangeError for a wrong value
 * @example
 * ```ts
 * import { confusionMatrix } from 'adamas/plot';
 * const svg = confusionMatrix({ confusion: [[48, 2], [1, 49]] }, { classes: ['cat', 'dog'] });
 * console.log(/<title>(.*?)<.title>/.exec(svg)![1]); // Confusion matrix: 97 of 100 samples right (97%)
 * ```
 */
export function confusionMatrix(
  evaluation: { readonly confusion?: readonly (readonly number[])[] | undefined },
  options: ConfusionMatrixOptions = {},
): string {
  const call = 'confusionMatrix';
  const { classes, ...read } = readOptions(call, options, { ...plotTable, classes: [unchecked, undefined] });
  const rows = Object(evaluation).confusion;
  const label = `${call}: evaluation.confusion`;
  if (!Object(rows).length) refuse(TypeError, label, 'be rows of counts, as of a classifier', rows);
  const n = rows.length;
  const counts = Array.from(rows, (row) => numbers(label, row, n));
  const all = counts.flat();
  for (const count of all) nonNegative(label, count);
  const names = classNames(`${call}: classes`, classes, n);
  const short = names.map((name) => shorten(name, 0.35 * read.width));
  const total = sum(all);
  const right = sum(counts.map((row, i) => row[i]!));
  const title = `Confusion matrix: ${format(right, 9)} of ${format(total, 9)} samples right (${format((100 * right) / (total || 1))}%)`;
  const cells = counts.map(
    (row, i) => ` ${names[i]} predicted as ${names.map((name, j) => `${name}: ${row[j]}`).join(', ')}.`,
  );
  return drawChart(
    {
      title,
      description: `${title}.${cells.join('')}`,
      height: Math.min(60 * n, 0.75 * read.width),
      columns: short,
      rows: short,
      series: [],
      behind: ({ width, height }) => drawCells(counts, width / n, height / n),
    },
    { ...read, xLabel: 'predicted class', yLabel: 'true class' },
  );
}

function drawCells(counts: readonly (readonly number[])[], width: number, height: number): string {
  let cells = '';
  for (const [i, row] of counts.entries()) {
    const all = sum(row) || 1;
    for (const [j, count] of row.entries()) {
      const share = count / all;
      const opacity = ` fill-opacity="${Math.round(94 * share + 6) / 100}"`;
      cells += rect(j * width, i * height, width - 1, height - 1, 0, opacity);
      const number = format(count);
      if (height > LINE && textWidth(number) < width) {
        const look = MIDDLE + (share > 0.5 ? ' class="page"' : '');
        cells += text((j + 0.5) * width, (i + 0.5) * height + 5, number, look);
      }
    }
  }
  return cells;
}
