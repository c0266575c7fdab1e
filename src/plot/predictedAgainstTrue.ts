import { readOptions, string } from '../validate.js';
import { drawChart } from './chart.js';
import { type Point, radiusFor } from './marks.js';
import { checkNumbers, type PlotOptions, plotTable } from './options.js';
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
  checkNumbers(`${call}: truth`, truth);
  const n = truth.length;
  checkNumbers(`${call}: predicted`, predicted, n);
  const points = Array.from(truth, (t, i): Point => [t, predicted[i]!]);
  const mean = points.reduce((sum, [t]) => sum + t, 0) / n;
  let [residual, total, absolute] = [0, 0, 0];
  for (const [t, p] of points) {
    residual += (t - p) ** 2;
    total += (t - mean) ** 2;
    absolute += Math.abs(t - p);
  }
  const r2 = total > 0 ? 1 - residual / total : Number(residual === 0);
  const figures = `R² ${format(r2)}, MAE ${format(absolute / n)}${unit && ` ${unit}`}, ${n} samples`;
  const ends = extent(points.flat()).map((end): Point => [end, end]);
  const bracket = unit && ` [${unit}]`;
  return drawChart(
    {
      title: `Predicted against true: ${figures}`,
      description: `Scatter plot of predictions by true values: ${figures}`,
      height: 360,
      series: [
        { name: 'samples', points, k: 0, mark: 'points', radius: radiusFor(n) },
        { name: 'predicted = true', points: ends, k: 1, mark: 'line' },
      ],
    },
    { ...read, xLabel: `true${bracket}`, yLabel: `predicted${bracket}` },
  );
}
