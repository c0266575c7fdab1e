// The API at a glance, by theme.

// Tensors, data, memory

export { Dataset, dataset, type Rows } from './data/dataset.js';
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
export { type Moments, normalization } from './nn/normalization.js';
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

// Optimizers, schedules, averages of weights

export * from './optim/index.js';
