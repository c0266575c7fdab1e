// A schedule of every class, for an optimizer of two groups.
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  type OptimizerLike,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
  SWALR,
  warmupCosine,
} from '../src/index.js';
import type { AnySchedule } from './schedules.js';

export const everySchedule: Readonly<Record<string, (optimizer: OptimizerLike) => AnySchedule>> = {
  StepLR: (o) => new StepLR(o, { stepSize: 3 }),
  MultiStepLR: (o) => new MultiStepLR(o, { milestones: [2, 5, 5, 9], gamma: 0.7 }),
  ConstantLR: (o) => new ConstantLR(o, { totalIters: 4 }),
  LinearLR: (o) => new LinearLR(o, { startFactor: 0.3, endFactor: 0.7, totalIters: 9 }),
  ExponentialLR: (o) => new ExponentialLR(o, { gamma: 0.9 }),
  PolynomialLR: (o) => new PolynomialLR(o, { totalIters: 9, power: 1.5 }),
  CosineAnnealingLR: (o) => new CosineAnnealingLR(o, { tMax: 5, etaMin: 0.01 }),
  CosineAnnealingWarmRestarts: (o) => new CosineAnnealingWarmRestarts(o, { t0: 2, tMult: 2 }),
  CyclicLR: (o) => new CyclicLR(o, { baseLr: 0.1, maxLr: [1, 2], stepSizeUp: 3, mode: 'exp_range', gamma: 0.9 }),
  OneCycleLR: (o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 14 }),
  ReduceLROnPlateau: (o) => new ReduceLROnPlateau(o, { patience: 1, factor: 0.5, cooldown: 1, minLr: [0, 0.1] }),
  MultiplicativeLR: (o) => new MultiplicativeLR(o, { lrLambda: [(t) => 1 - t / 20, () => 0.9] }),
  SWALR: (o) => new SWALR(o, { swaLr: [0.01, 0.02], annealEpochs: 11 }),
  LambdaLR: (o) => new LambdaLR(o, { lrLambda: [(t) => 1 / (t + 1), (t) => t] }),
  SequentialLR: (o) => {
    const schedulers = [new LinearLR(o), new CosineAnnealingWarmRestarts(o, { t0: 3 }), new StepLR(o, { stepSize: 2 })];
    return new SequentialLR(o, { schedulers, milestones: [3, 8] });
  },
  ChainedScheduler: (o) => {
    return new ChainedScheduler([new ConstantLR(o), warmupCosine(o, { warmupSteps: 4, totalSteps: 14 })]);
  },
  warmupCosine: (o) => warmupCosine(o, { warmupSteps: 4, totalSteps: 14 }),
};
