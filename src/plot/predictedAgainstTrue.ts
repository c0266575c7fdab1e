import { readOptions, string } from '../validate.js';
import { drawChart } from './chart.js';
import type { Point } from './marks.js';
import { numbers, type PlotOptions, plotTable, sum } from './options.js';
import { extent, format } from './scale.js';

/** Options of {@link predictedAgainstTrue}. */
export interface PredictedAgainstTrueOptions extends PlotOptions {
  /** Unit of the values, as in `'dB'`. Default: none. */
  readonly unit?: string | undefined;
}

/**
 * Draws a regression's predictions against the true values. A perfect model's points lie on the line; R² and the mean absolute error
 * stand in the title.
 *
 * @param predicted - N predictions
 * @param truth - the N true values
 * @param options - title, size, unit
 * @returns the picture as SVG text
 * @throws TypeError for the wrong kind of data or option; RangeError when the lengths differ or are 0, or for a wrong value
 * @example
 * ```ts
 * import { predictedAgainstTrue } from 'adamas/plot';
 * const svg = predictedAgainstTrue([1.1, 1.9, 3.2], [1, 2, 3], { unit: 'dB' });
 * console.log(/<title>(.*?)<.title>/.exec(svg)![1]); // Predicted against true: R² 0.97, MAE 0.1333 dB, 3 samples
 * ```
 */
export function predictedAgainstTrue(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  options: PredictedAgainstTrueOptions = {},
): string {
  const call = 'predictedAgainstTrue';
  const { unit, ...read } = readOptions(call, options, { ...plotTable, unit: [string, ''] });
  const targets = numbers(`${call}: truth`, truth);
  const n = targets.length;
  const predictions = numbers(`${call}: predicted`, predicted, n);
  const points = targets.map((t, i): Point => [t, predictions[i]!]);
  const mean = sum(targets) / n;
  const residual = sum(points.map(([t, p]) => (t - p) ** 2));
  const total = sum(targets.map((t) => (t - mean) ** 2));
  const absolute = sum(points.map(([t, p]) => Math.abs(t - p)));
  const r2 = total > 0 ? 1 - residual / total : Number(residual === 0);
  const title = `Predicted against true: R² ${format(r2)}, MAE ${format(absolute / n)}${unit && ` ${unit}`}, ${n} samples`;
  const ends = extent(points.flat()).map((end): Point => [end, end]);
  const bracket = unit && ` [${unit}]`;
  return drawChart(
    {
      title,
      description: `Scatter plot. ${title}`,
      height: 360,
      series: [
        { name: 'samples', points, k: 0, mark: 'points' },
        { name: 'predicted = true', points: ends, k: 1, mark: 'lines' },
      ],
    },
    { ...read, xLabel: `true${bracket}`, yLabel: `predicted${bracket}` },
  );
}
