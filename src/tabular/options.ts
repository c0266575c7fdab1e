import type { ReadProgress } from '../data/csv/hostTurns.js';
import type { CsvOptions } from '../data/csv/options.js';
import { readCsvOptions, TABLE_OPTIONS } from '../data/csv/plan.js';
import type { CsvSchema } from '../data/csv/schema.js';
import type { AbortSignalLike } from '../hostTypes.js';
import { Model } from '../nn/model.js';
import { ACTIVATIONS, type ActivationName } from '../nn/presets.js';
import type { LRScheduler, Optimizer } from '../optim/index.js';
import * as optimizers from '../optim/index.js';
import type { EarlyStopping } from '../train/earlyStopping.js';
import { fit } from '../train/fit.js';
import type { FitOptions } from '../train/fitOptions.js';
import {
  abortSignal,
  checkOneOf,
  checkOptions,
  func,
  halfOpenUnit,
  nonNegative,
  type OptionTable,
  positive,
  positiveInt,
  readOptions,
  seedNumber,
  unchecked,
} from '../validate.js';

/** Name of an optimizer, which has the defaults of its class for all but `lr` and `weightDecay`. */
export type OptimizerName =
  | 'adadelta'
  | 'adafactor'
  | 'adagrad'
  | 'adam'
  | 'adamax'
  | 'adamw'
  | 'asgd'
  | 'lion'
  | 'nadam'
  | 'radam'
  | 'rmsprop'
  | 'rprop'
  | 'sgd';

/** Optimizers of networks by name. */
// biome-ignore lint/suspicious/noExplicitAny: each has options of its own
export const OPTIMIZERS: Readonly<Record<OptimizerName, new (params: any, options: any) => Optimizer<any>>> = {
  adadelta: optimizers.Adadelta,
  adafactor: optimizers.Adafactor,
  adagrad: optimizers.Adagrad,
  adam: optimizers.Adam,
  adamax: optimizers.Adamax,
  adamw: optimizers.AdamW,
  asgd: optimizers.ASGD,
  lion: optimizers.Lion,
  nadam: optimizers.NAdam,
  radam: optimizers.RAdam,
  rmsprop: optimizers.RMSprop,
  rprop: optimizers.Rprop,
  sgd: optimizers.SGD,
};

/** Name of a schedule of the learning rate over the whole training. */
export type ScheduleName = 'constant' | 'cosine' | 'linear' | 'oneCycle';

/** Schedules by name: each makes one for an optimizer that takes the given number of steps. */
export const SCHEDULES: Readonly<
  Record<ScheduleName, (optimizer: Optimizer, steps: number) => LRScheduler | undefined>
> = {
  constant: () => undefined,
  cosine: (optimizer, steps) =>
    optimizers.warmupCosine(optimizer, { warmupSteps: Math.floor(steps / 20), totalSteps: steps }),
  linear: (optimizer, steps) =>
    new optimizers.LinearLR(optimizer, { startFactor: 1, endFactor: 0.01, totalIters: steps }),
  oneCycle: (optimizer, steps) =>
    new optimizers.OneCycleLR(optimizer, { maxLr: optimizer.paramGroups[0]!.lr, totalSteps: steps }),
};

/** Options of {@link trainTable}: those of a table, and those of training. */
export interface TrainTableOptions extends CsvOptions {
  /**
   * `'linear'`: a linear model, solved over all rows by L-BFGS with an L2 penalty. `'mlp'` (default): a network, trained by mini-batches.
   * Or a model of your own with one input per feature of the table, trained as a network is. Unless its first layer normalizes and its last scales
   * targets, layers that do so are put around it.
   */
  readonly model?: 'linear' | 'mlp' | Model | undefined;
  /** Share of the rows, the same of each class, that is held out of training for `scores`. 0 trains on all rows. Default 0.2. */
  readonly holdOut?: number | undefined;
  /** Seed of all random numbers: held-out rows, initial weights, the order of samples. Default 0. */
  readonly seed?: number | undefined;
  /**
   * L2 penalty. For a linear model alpha of scikit-learn's Ridge, 1 / C of its LogisticRegression: default 1. For a network the optimizer's
   * `weightDecay`: default 0.1 for adamw, else the default of the optimizer's class.
   */
  readonly weightDecay?: number | undefined;
  /** Maximum number of passes over the rows. Default for a network 100, fewer above 20,000 rows, down to 10; for a linear model 500 iterations of LBFGS. */
  readonly epochs?: number | undefined;
  /** The widths of the hidden layers of `'mlp'`. Default [64, 64]. */
  readonly hidden?: readonly number[] | undefined;
  /** Activation of the hidden layers of `'mlp'`. Default `'relu'`. */
  readonly activation?: ActivationName | undefined;
  /** Dropout of the hidden layers of `'mlp'`. Default 0. */
  readonly dropout?: number | undefined;
  /** Name of the optimizer of a network. Default `'adamw'`. */
  readonly optimizer?: OptimizerName | undefined;
  /** Peak learning rate of a network. Default: 0.003 for adamw, else the default of the optimizer's class. */
  readonly lr?: number | undefined;
  /** Rows per step of a network. Default 32. */
  readonly batchSize?: number | undefined;
  /** Schedule of a network's learning rate. Default `'cosine'`: a short warm-up, then down to 0 along half a cosine. */
  readonly schedule?: ScheduleName | undefined;
  /** Share of the training rows that a network is validated on after each epoch. Default 0.1; below 20 rows 0. */
  readonly validation?: number | undefined;
  /**
   * When a network stops before its epochs are over, and gets its best parameters back: see `fit`. `false`: never. Default `{ patience: 25 }`,
   * by the validation loss; `false` without validation.
   */
  readonly earlyStopping?: EarlyStopping | false | undefined;
  /** Ends reading or training: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignalLike | undefined;
  /** Called while the source is read, each time it yields to the event loop. */
  readonly onRead?: ((progress: ReadProgress) => void) | undefined;
  /** Called with the columns once the source is read, before training. */
  readonly onTable?: ((schema: CsvSchema) => void) | undefined;
  /** Called while it trains: see `fit`. Return `false` to stop there. */
  readonly onProgress?: FitOptions['onProgress'];
  /** Called after each epoch, or iteration of LBFGS: see `fit`. Return `false` to stop there. */
  readonly onEpoch?: FitOptions['onEpoch'];
  /** Place of the training's checkpoints, and their interval: see `fit`. */
  readonly checkpoint?: FitOptions['checkpoint'];
  /** Called with checkpoints: see `fit`. */
  readonly onCheckpoint?: FitOptions['onCheckpoint'];
  /** Interval between two calls of `onCheckpoint`: see `fit`. */
  readonly checkpointEvery?: FitOptions['checkpointEvery'];
  /** A checkpoint of a training of the same source and options, or its place, from which this one continues: see `fit`. */
  readonly resume?: FitOptions['resume'];
  /** Names of what may differ from the training of the checkpoint: see `fit`. */
  readonly override?: FitOptions['override'];
  /** The `fit` that trains: that of `adamas/worker` does it in a worker. Default: that of `adamas`. */
  readonly fit?: typeof fit | undefined;
}

/** Options of training alone. */
export type TrainingPart = Omit<TrainTableOptions, keyof CsvOptions | 'onRead' | 'signal'>;

const NETWORK_ONLY = ['optimizer', 'lr', 'batchSize', 'schedule', 'validation', 'earlyStopping'] as const;
const MLP_ONLY = ['hidden', 'activation', 'dropout'] as const;

const TRAINING = {
  model: [
    (name, value) => {
      if (!(value instanceof Model)) checkOneOf(name, value, ['linear', 'mlp']);
    },
    'mlp',
  ],
  holdOut: [halfOpenUnit, 0.2],
  seed: [seedNumber, 0],
  weightDecay: [nonNegative, undefined],
  epochs: [positiveInt, undefined],
  hidden: [unchecked, undefined],
  activation: [(name, value) => checkOneOf(name, value, Object.keys(ACTIVATIONS)), undefined],
  dropout: [halfOpenUnit, undefined],
  optimizer: [(name, value) => checkOneOf(name, value, Object.keys(OPTIMIZERS)), undefined],
  lr: [positive, undefined],
  batchSize: [positiveInt, undefined],
  schedule: [(name, value) => checkOneOf(name, value, Object.keys(SCHEDULES)), undefined],
  validation: [halfOpenUnit, undefined],
  earlyStopping: [unchecked, undefined],
  onTable: [func, undefined],
  onProgress: [func, undefined],
  onEpoch: [func, undefined],
  checkpoint: [unchecked, undefined],
  onCheckpoint: [func, undefined],
  checkpointEvery: [unchecked, undefined],
  resume: [unchecked, undefined],
  override: [unchecked, undefined],
  fit: [func, fit],
} as const satisfies OptionTable<TrainingPart>;

/** Options of training, checked. */
export type ResolvedTraining = ReturnType<typeof readTraining>['training'];

/** Divides the options into those of reading the table and those of training, and checks the latter. */
export function readTraining(call: string, options: TrainTableOptions) {
  checkOptions(call, options, [...TABLE_OPTIONS, ...Object.keys(TRAINING), 'signal', 'onRead']);
  const { signal, onRead, ...rest } = options;
  const isTraining = (key: string) => Object.hasOwn(TRAINING, key);
  const part = (ofTraining: boolean) =>
    Object.fromEntries(Object.entries(rest).filter(([key]) => isTraining(key) === ofTraining));
  if (signal !== undefined) abortSignal(`${call}: signal`, signal);
  if (onRead !== undefined) func(`${call}: onRead`, onRead);
  const training = readOptions(call, part(true) as TrainingPart, TRAINING);
  const { model } = training;
  const unfit = model === 'linear' ? [...NETWORK_ONLY, ...MLP_ONLY] : model === 'mlp' ? [] : MLP_ONLY;
  for (const key of unfit) {
    if (training[key] === undefined) continue;
    const why =
      model === 'linear' ? "'linear', which is solved over all rows" : 'a model, which has its layers already';
    throw new RangeError(`${call}: ${key} must be left out with model: ${why}`);
  }
  readCsvOptions(call, part(false) as unknown as CsvOptions);
  return {
    table: { ...(part(false) as unknown as CsvOptions), signal, onProgress: onRead },
    training: { ...training, signal },
  };
}
