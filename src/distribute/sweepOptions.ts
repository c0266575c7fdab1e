// The options of a sweep.
import type { URLLike } from '../hostTypes.js';
import type { PlaceLike } from '../train/place.js';
import {
  type Check,
  checkInt,
  func,
  oneOf,
  positive,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  string,
  unchecked,
} from '../validate.js';
import { JOBS_OPTIONS, type JobsOptions } from './jobsOptions.js';
import { checkDistinct, type Params, type Space, space } from './search.js';

/** Input of a sweep's job, besides the tools that every job gets. */
export interface SweepInput {
  /** The setting to train with. */
  readonly params: Params;
  /** Seed of this training. */
  readonly seed: number;
  /** Number of the fold that is held out, from 0: with the option `folds`. */
  readonly fold?: number;
  /** Number of folds: the option `folds`. */
  readonly folds?: number;
  /** Effort of this rung, such as epochs: with search 'halving'. */
  readonly budget?: number;
  /** The option `data`. */
  readonly data?: unknown;
}

/** Result of a sweep's job. */
export interface SweepOutput {
  /** Number to minimise or maximise. Never NaN: a training that diverged has Infinity, or -Infinity where it is maximised. */
  readonly value: number;
  /** The model, by `toBytes` of `adamas/io`. */
  readonly model?: Uint8Array | undefined;
  /** Losses by epoch, for the curves. */
  readonly losses?: readonly number[] | undefined;
}

/** A finished training. */
export interface SweepRow extends Omit<SweepInput, 'data'> {
  readonly value: number;
  readonly losses?: readonly number[] | undefined;
}

/** Options of `sweep`. */
export interface SweepOptions extends JobsOptions {
  /** Module with the job: its default export takes {@link SweepInput} and returns {@link SweepOutput}, or a promise of it. */
  readonly job: string | URLLike;
  /** Plain data that every job is given, such as the rows to train on. `local` passes views of a SharedArrayBuffer without a copy. */
  readonly data?: unknown;
  /** For each parameter the values to try, or `{ min, max, log?, int? }` to draw from. */
  readonly space: Space;
  /**
   * 'grid': every combination of values. 'random': `trials` of them, or drawn from ranges. 'halving': the same, in rungs: all with the first of
   * `budgets`, of n the best ceil(n * budgets[i] / budgets[i + 1]) with the next (successive halving, arXiv:1502.07943). A rung begins when the one
   * before has ended, so that the choice does not depend on which job ends first. Default: 'grid'.
   */
  readonly search?: 'grid' | 'random' | 'halving' | undefined;
  /** Number of settings to draw. 'random' needs it; 'halving' takes the whole grid without it. */
  readonly trials?: number | undefined;
  /** Efforts of the rungs of 'halving', in ascending order: epochs, rows or whatever the job makes of its `budget`. */
  readonly budgets?: readonly number[] | undefined;
  /** Seeds of each setting: a list, or n for 0 to n - 1. Default: 1. */
  readonly seeds?: number | readonly number[] | undefined;
  /** Number of trainings of each setting and seed, with fold 0, 1, ... Default: one, without a fold. */
  readonly folds?: number | undefined;
  /** Direction in which a `value` is better. Default: 'minimize'. */
  readonly direction?: 'minimize' | 'maximize' | undefined;
  /** Seed by which settings are drawn. Default: 0. */
  readonly seed?: number | undefined;
  /** Name of the study. Default: that of the job's file. */
  readonly name?: string | undefined;
  /** Place in which the study is kept, and from which it continues: a file, or any place. Default: it is not kept. */
  readonly place?: PlaceLike | undefined;
  /** Called after each training, with its row, the number of finished trainings and the number of all in this rung. */
  readonly onRow?: ((row: SweepRow, done: number, of: number) => void) | undefined;
  /** Called with the values that a job reports, at most once per second for each job. */
  readonly onProgress?: ((input: Omit<SweepInput, 'data'>, value: unknown) => void) | undefined;
}

const seedList: Check = (name, value) => {
  if (!Array.isArray(value)) return checkInt(name, value, 1);
  if (value.length === 0) refuse(RangeError, name, 'have a seed', value);
  for (const [i, seed] of value.entries()) seedNumber(`${name}[${i}]`, seed);
  checkDistinct(name, value);
};

const growing: Check = (name, value) => {
  if (!Array.isArray(value) || value.length === 0) refuse(TypeError, name, 'be an array of numbers', value);
  for (const [i, budget] of (value as number[]).entries()) {
    positive(`${name}[${i}]`, budget);
    if (i > 0 && budget <= (value as number[])[i - 1]!)
      refuse(RangeError, `${name}[${i}]`, 'be larger than the one before', budget);
  }
};

/** Checks the options. */
export function readSweep(options: SweepOptions) {
  const read = readOptions('sweep', options, {
    ...JOBS_OPTIONS,
    data: [unchecked, undefined],
    space: [space],
    search: [oneOf('grid', 'random', 'halving'), 'grid'],
    trials: [positiveInt, undefined],
    budgets: [growing, undefined],
    seeds: [seedList, 1],
    folds: [positiveInt, undefined],
    direction: [oneOf('minimize', 'maximize'), 'minimize'],
    seed: [
      (name, value) => {
        seedNumber(name, value);
        if ((value as number) >= 2 ** 32) refuse(RangeError, name, 'be below 2^32', value);
      },
      0,
    ],
    name: [string, undefined],
    place: [unchecked, undefined],
    onRow: [func, undefined],
    onProgress: [func, undefined],
  });
  const { search, trials, budgets } = read;
  if (search === 'random' && trials === undefined)
    throw new TypeError("sweep: search 'random' needs trials, the number of settings to draw");
  if (search === 'grid' && trials !== undefined)
    throw new TypeError("sweep: trials is for search 'random' and 'halving'; 'grid' tries every combination");
  if ((search === 'halving') !== (budgets !== undefined))
    throw new TypeError("sweep: search 'halving' needs budgets, such as [10, 30, 90], and no other search takes them");
  return read;
}
