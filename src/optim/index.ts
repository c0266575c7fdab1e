// The optimizers, their schedules and averages. An optimizer is added by one line here: the worker and the tests find it by its export.

export { Adadelta, type AdadeltaOptions } from './adadelta.js';
export { Adafactor, type AdafactorOptions } from './adafactor.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions } from './adam.js';
export { Adamax, type AdamaxOptions } from './adamax.js';
export { AdamW } from './adamw.js';
export { ASGD, type ASGDOptions } from './asgd.js';
export { type Closure, LBFGS } from './lbfgs.js';
export type { LBFGSOptions } from './lbfgsOptions.js';
export type { LBFGSState, LBFGSStateDict } from './lbfgsState.js';
export { Lion, type LionOptions } from './lion.js';
export { NAdam, type NAdamOptions } from './nadam.js';
export { Optimizer } from './optimizer.js';
export type { GroupOptions, OptionsOf, ParamGroup, Params } from './paramGroups.js';
export { RAdam, type RAdamOptions } from './radam.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { Rprop, type RpropOptions } from './rprop.js';
export { SGD, type SGDOptions } from './sgd.js';
export type { LoadOptions, OptimizerStateDict, ParameterState } from './stateDict.js';
export type { Gradients, StepOptions, StepReport } from './stepOptions.js';
export type { NormType } from './stepPlan.js';

// Schedules

export { ChainedScheduler } from './schedules/chainedScheduler.js';
export { ConstantLR, type ConstantLROptions } from './schedules/constantLR.js';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedules/cosineAnnealingLR.js';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedules/cosineAnnealingWarmRestarts.js';
export { CyclicLR, type CyclicLROptions } from './schedules/cyclicLR.js';
export type { CyclicMomentumOptions } from './schedules/cyclicMomentum.js';
export { ExponentialLR, type ExponentialLROptions } from './schedules/exponentialLR.js';
export { LambdaLR, type LambdaLROptions } from './schedules/lambdaLR.js';
export { LinearLR, type LinearLROptions } from './schedules/linearLR.js';
export { MultiplicativeLR, type MultiplicativeLROptions } from './schedules/multiplicativeLR.js';
export { MultiStepLR, type MultiStepLROptions } from './schedules/multiStepLR.js';
export { OneCycleLR, type OneCycleLROptions } from './schedules/oneCycleLR.js';
export { PolynomialLR, type PolynomialLROptions } from './schedules/polynomialLR.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedules/reduceLROnPlateau.js';
export type { LRScheduler, OptimizerLike, ScheduledGroup, SchedulerStateDict } from './schedules/schedule.js';
export { SequentialLR, type SequentialLROptions } from './schedules/sequentialLR.js';
export { StepLR, type StepLROptions } from './schedules/stepLR.js';
export { SWALR, type SWALROptions } from './schedules/swalr.js';
export { type WarmupCosineOptions, warmupCosine } from './schedules/warmupCosine.js';

// Gradients and averages of weights

export type { AveragedModel, AverageStateDict, WeightAverage } from './average.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip.js';
export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from './ema.js';
export { StochasticWeightAverage } from './swa.js';
