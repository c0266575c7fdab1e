import { nonNegative, readOptions, unchecked } from '../validate.js';
import { drawChart } from './chart.js';
import { must } from './must.js';
import { checkNumbers, classNames, type PlotOptions, plotTable } from './options.js';
import { format } from './scale.js';
import { LINE, MIDDLE, rect, text, textWidth } from './svg.js';

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
  const counts = Object(evaluation).confusion;
  const label = `${call}: evaluation.confusion`;
  must(Array.isArray(counts) && counts.length > 0, TypeError, label, 'be rows of counts, as of a classifier', counts);
  const n = counts.length;
  const names = classNames(`${call}: classes`, classes, n);
  let [total, right, cells] = [0, 0, ''];
  for (const [i, row] of (counts as number[][]).entries()) {
    checkNumbers(label, row, n);
    for (const count of row) {
      nonNegative(label, count);
      total += count;
    }
    right += row[i]!;
    cells += ` ${names[i]} predicted as ${names.map((name, j) => `${name}: ${row[j]}`).join(', ')}.`;
  }
  const figures = `${format(right, 9)} of ${format(total, 9)} samples right (${format((100 * right) / (total || 1))}%)`;
  return drawChart(
    {
      title: `Confusion matrix: ${figures}`,
      description: `Confusion matrix of ${n} classes: ${figures}.${cells}`,
      height: Math.min(60 * n, 0.75 * read.width),
      columns: names,
      rows: names,
      behind: ({ width, height }) => drawCells(counts, width / n, height / n),
    },
    { ...read, xLabel: 'predicted class', yLabel: 'true class' },
  );
}

function drawCells(counts: readonly (readonly number[])[], width: number, height: number): string {
  let cells = '';
  for (const [i, row] of counts.entries()) {
    const sum = row.reduce((a, b) => a + b, 0) || 1;
    for (const [j, count] of row.entries()) {
      const share = count / sum;
      const opacity = ` fill-opacity="${Math.round(94 * share + 6) / 100}"`;
      cells += rect(j * width, i * height, width - 1, height - 1, 0, opacity);
      const number = format(count);
      const small = textWidth(number) > width ? ' font-size="12"' : '';
      if (height > LINE && 0.8 * textWidth(number) < width) {
        const look = MIDDLE + small + (share > 0.5 ? ' class="page"' : '');
        cells += text((j + 0.5) * width, (i + 0.5) * height + 5, number, look);
      }
    }
  }
  return cells;
}
