// The API at a glance. Its order is that of the bundle, in which gzip finds likes of a text only within 32 KB: by theme it takes 600 bytes less
// than by the alphabet.

// Tensors, data, memory

export { Dataset, dataset, type TargetRows } from './data/dataset.js';
export type { Moments } from './data/moments.js';
export type { Rows } from './data/rows.js';
export { BusyError, OutOfMemoryError, SimdUnsupportedError, UseAfterDisposeError } from './errors.js';
export { type RandomOptions, rand, randn, randperm } from './random.js';
export { decodeStateDict, encodeStateDict } from './stateDictJson.js';
export { Parameter, parameter, type Shape, Tensor, tensor, zeros } from './tensor.js';
export { init, type KernelSource } from './wasm/kernels.js';
export { memoryUsage } from './wasm/memory.js';

// Layers, losses, models

export { type BatchNormOptions, batchNorm } from './nn/batchNorm.js';
export { type CustomLayerOptions, customLayer, type LayerInfo } from './nn/customLayer.js';
export type { CustomLoss, LossInfo } from './nn/customLoss.js';
export { type DropoutOptions, dropout } from './nn/dropout.js';
export { elu } from './nn/elu.js';
export { type EmbeddingOptions, embedding } from './nn/embedding.js';
export type { EvaluateOptions, Evaluation } from './nn/evaluate.js';
export { type GeluOptions, gelu } from './nn/gelu.js';
export type { Initializer, KaimingOptions, XavierOptions } from './nn/initializers.js';
export type { Features, Targets } from './nn/inputs.js';
export type { Layer } from './nn/layer.js';
export { type LayerNormOptions, layerNorm } from './nn/layerNorm.js';
export { leakyRelu } from './nn/leakyRelu.js';
export { type LinearOptions, linear } from './nn/linear.js';
export type { LossOptions } from './nn/lossAndGrad.js';
export type { LossName, LossSpec } from './nn/losses.js';
export { Model } from './nn/model.js';
export { normalization } from './nn/normalization.js';
export {
  type ActivationName,
  linearRegression,
  logisticRegression,
  type MlpOptions,
  mlp,
  type RegressionOptions,
  type SoftmaxRegressionOptions,
  softmaxRegression,
} from './nn/presets.js';
export { relu } from './nn/relu.js';
export { sequential } from './nn/sequential.js';
export { sigmoid } from './nn/sigmoid.js';
export { silu } from './nn/silu.js';
export { softplus } from './nn/softplus.js';
export type { ModelStateDict, StateTensor } from './nn/stateDict.js';
export { tanh } from './nn/tanh.js';

// Training

/** @internal */
export * from './internal.js';
export type { Batch, Batches } from './train/batches.js';
export type { Checkpoint, EarlyStoppingState } from './train/checkpoint.js';
export { fit, fitSync } from './train/fit.js';
export {
  type Differentiable,
  type MinimizeOptions,
  type MinimizeProgress,
  type MinimizeResult,
  minimize,
  type OptimizerClass,
} from './train/minimize.js';
export type { EarlyStopping, FitOptions, FitScheduler, TrainingOptions } from './train/options.js';
export {
  type PartialFitOptions,
  type PartialFitProgress,
  type PartialFitResult,
  partialFit,
} from './train/partialFit.js';
export type { FitResult, HistoryRow, MetricName, Monitored, Progress } from './train/result.js';

// Gradients and averages of weights

export type { AverageStateDict, WeightAverage } from './optim/average.js';
export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './optim/clip.js';
export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from './optim/ema.js';
export { StochasticWeightAverage } from './optim/swa.js';

// Schedules

export { ChainedScheduler } from './optim/schedules/chainedScheduler.js';
export { ConstantLR, type ConstantLROptions } from './optim/schedules/constantLR.js';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './optim/schedules/cosineAnnealingLR.js';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './optim/schedules/cosineAnnealingWarmRestarts.js';
export { CyclicLR, type CyclicLROptions } from './optim/schedules/cyclicLR.js';
export { ExponentialLR, type ExponentialLROptions } from './optim/schedules/exponentialLR.js';
export { LambdaLR, type LambdaLROptions } from './optim/schedules/lambdaLR.js';
export { LinearLR, type LinearLROptions } from './optim/schedules/linearLR.js';
export { MultiStepLR, type MultiStepLROptions } from './optim/schedules/multiStepLR.js';
export { OneCycleLR, type OneCycleLROptions } from './optim/schedules/oneCycleLR.js';
export { PolynomialLR, type PolynomialLROptions } from './optim/schedules/polynomialLR.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './optim/schedules/reduceLROnPlateau.js';
export type { Scheduled, ScheduledGroup, Scheduler, SchedulerStateDict } from './optim/schedules/schedule.js';
export { SequentialLR, type SequentialLROptions } from './optim/schedules/sequentialLR.js';
export { StepLR, type StepLROptions } from './optim/schedules/stepLR.js';
export { type WarmupCosineOptions, warmupCosine } from './optim/schedules/warmupCosine.js';

// Optimizers

export { Adadelta, type AdadeltaOptions } from './optim/adadelta.js';
export { Adafactor, type AdafactorOptions } from './optim/adafactor.js';
export { Adagrad, type AdagradOptions } from './optim/adagrad.js';
export { Adam, type AdamOptions } from './optim/adam.js';
export { Adamax, type AdamaxOptions } from './optim/adamax.js';
export { AdamW } from './optim/adamw.js';
export { ASGD, type ASGDOptions } from './optim/asgd.js';
export { type Closure, LBFGS } from './optim/lbfgs.js';
export type { LBFGSOptions } from './optim/lbfgsOptions.js';
export type { LBFGSState, LBFGSStateDict } from './optim/lbfgsState.js';
export { Lion, type LionOptions } from './optim/lion.js';
export { NAdam, type NAdamOptions } from './optim/nadam.js';
export {
  type GroupOptions,
  Optimizer,
  type ParamGroup,
  type Params,
} from './optim/optimizer.js';
export { RAdam, type RAdamOptions } from './optim/radam.js';
export { RMSprop, type RMSpropOptions } from './optim/rmsprop.js';
export { Rprop, type RpropOptions } from './optim/rprop.js';
export { SGD, type SGDOptions } from './optim/sgd.js';
export type { LoadOptions, OptimizerStateDict, ParameterState } from './optim/stateDict.js';
export type { StepOptions, StepReport } from './optim/stepOptions.js';
