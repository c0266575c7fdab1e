import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  ExponentialMovingAverage,
  type FitOptions,
  LambdaLR,
  LinearLR,
  Lion,
  MultiStepLR,
  NAdam,
  OneCycleLR,
  type Optimizer,
  PolynomialLR,
  RAdam,
  ReduceLROnPlateau,
  RMSprop,
  Rprop,
  type Scheduler,
  SequentialLR,
  SGD,
  StepLR,
  StochasticWeightAverage,
} from '../index.js';

/** An average of weights, which a fit updates. */
export type Average = NonNullable<FitOptions['average']>;

/** Things by the names that they cross under: a minifier changes those of classes and functions. */
// biome-ignore lint/suspicious/noExplicitAny: each has arguments of its own
type Table<T> = Readonly<Record<string, new (...args: any[]) => T>>;

export const OPTIMIZERS: Table<Optimizer> = {
  ...{ Adadelta, Adafactor, Adagrad, Adam, Adamax, AdamW, ASGD, Lion, NAdam, RAdam, RMSprop, Rprop, SGD },
} as never;

export const SCHEDULERS: Table<Scheduler> = {
  ...{ ChainedScheduler, ConstantLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, CyclicLR, ExponentialLR },
  ...{ LambdaLR, LinearLR, MultiStepLR, OneCycleLR, PolynomialLR, ReduceLROnPlateau, SequentialLR, StepLR },
};

export const AVERAGES: Table<Average> = { ExponentialMovingAverage, StochasticWeightAverage };

/** The name of a thing's class; undefined when that is another one, or derived from one of these. */
export function classNameOf(table: Table<unknown>, thing: unknown): string | undefined {
  return Object.keys(table).find((name) => table[name] === Object(thing).constructor);
}
