import { func, readOptions, string } from '../validate.js';
import { drawChart } from './chart.js';
import type { Point, Series } from './marks.js';
import { type AxesOptions, axesTable, entriesOf, numbers } from './options.js';
import { format } from './scale.js';
import { capitalized } from './svg.js';

/** Losses and what places them: a `FitResult`, or plain data with the same names. */
export interface Losses {
  /** The losses in their order. NaN and infinities make gaps. */
  readonly losses: ArrayLike<number>;
  /** One row for each epoch: places the losses on the axis, and may hold the validation loss. */
  readonly history?:
    | readonly { readonly epoch: number; readonly steps: number; readonly validationLoss?: number | undefined }[]
    | undefined;
  /** Optimizer steps taken. */
  readonly steps?: number | undefined;
  /** The fit's status. The title shows it unless it is `'completed'`. */
  readonly status?: string | undefined;
  /** The step at which it diverged. */
  readonly divergedAt?: number | undefined;
  /** The epoch from 0 with the best validation loss, which is marked. */
  readonly bestEpoch?: number | undefined;
}

/** Options of {@link lossCurve}. */
export interface LossCurveOptions extends AxesOptions {
  /**
   * Place on the x axis of the loss with this index. Default: the epochs that had passed, by `history`: 1, 2, ... for one loss per epoch;
   * for evaluations with `logEvery` evenly from 0, exact where `logEvery` divides the number of samples. Without `history` the index.
   */
  readonly positions?: ((index: number) => number) | undefined;
}

/**
 * Draws the training loss of one fit, or of several in one picture, and the validation loss (dashed) where `history` has it.
 *
 * @param results - a result of `fit` or plain {@link Losses}; or several: an array, or an object whose keys name the curves
 * @param options - title, axes, size, and where each loss stands
 * @returns the picture as SVG text
 * @throws TypeError for the wrong kind of data or option, or no result at all; RangeError for a wrong value
 * @example
 * ```ts
 * import { lossCurve } from 'adamas/plot';
 * const svg = lossCurve({ Adam: { losses: [1, 0.4, 0.2] }, SGD: { losses: [1, 0.7, 0.5] } }, { yScale: 'log' });
 * console.log(/<title>(.*?)<.title>/.exec(svg)![1]); // Loss of Adam, SGD
 * ```
 */
export function lossCurve(
  results: Losses | readonly Losses[] | Readonly<Record<string, Losses>>,
  options: LossCurveOptions = {},
): string {
  const call = 'lossCurve';
  const read = readOptions(call, options, {
    ...axesTable,
    xLabel: [string, undefined],
    yLabel: [string, 'loss'],
    positions: [func, undefined],
  });
  const single = typeof (results as Losses | undefined)?.losses?.length === 'number';
  const runs = entriesOf(`${call}: results`, single ? { loss: results } : results).map(([key, run]) => {
    const losses = numbers(`${call}: ${single ? '' : `results.${key}.`}losses`, Object(run).losses);
    return [Array.isArray(results) ? `run ${Number(key) + 1}` : key, run as Losses, losses] as const;
  });
  const series = runs.flatMap(([name, run, losses], k): Series[] => {
    const { history = [], bestEpoch } = run;
    const at = read.positions ?? epochsOf(run);
    const points = losses.map((loss, i): Point => [at(i), loss]);
    const held = history.flatMap(({ epoch, validationLoss }): Point[] =>
      validationLoss === undefined ? [] : [[epoch + 1, validationLoss]],
    );
    const best = held.filter(([x]) => x - 1 === bestEpoch);
    const own = single ? '' : `${name}, `;
    const series: Series[] = [
      { name: single ? 'training' : name + endOf(run), points, k, mark: 'lines' },
      { name: `${own}validation`, points: held, k, mark: 'dashed' },
      { name: `${own}best`, points: best, k, mark: 'points' },
    ];
    return series.filter((one) => one.points.length > 0);
  });
  const ends = series.map(
    ({ name, points }) => ` ${name}: from ${format(points[0]![1])} to ${format(points.at(-1)![1])}.`,
  );
  const { xLabel = runs.every(([, run]) => run.history?.length) ? 'epoch' : 'evaluation', yLabel } = read;
  const epochs = single && (results as Losses).history?.length;
  const span = epochs ? ` over ${epochs} epoch${epochs === 1 ? '' : 's'}` : '';
  return drawChart(
    {
      title:
        capitalized(yLabel) + (single ? span + endOf(results as Losses) : ` of ${runs.map(([one]) => one).join(', ')}`),
      description: `Line chart of ${yLabel} by ${xLabel}.${ends.join('')}`,
      height: 230,
      series,
    },
    { ...read, xLabel },
  );
}

/** A function from a loss's index to the epochs that had passed. */
function epochsOf({ losses, history = [], steps }: Losses): (index: number) => number {
  const last = history.at(-1);
  if (!last) return (i) => i;
  if (losses.length === history.length) return (i) => i + 1;
  const epochs = ((steps ?? last.steps) * (last.epoch + 1)) / last.steps;
  const each = (losses.length - 1) / epochs;
  // An epoch has a whole number of evaluations; a fit that ended within one lacks some of its last.
  return (i) => i && i / (each > 1 ? Math.ceil(each - 1e-9) : each);
}

/** Words on the end of a fit, unless it was run to its end. */
const endOf = ({ status = 'completed', divergedAt }: Losses): string =>
  status === 'completed' ? '' : ` (${status}${divergedAt ? ` at step ${divergedAt}` : ''})`;
