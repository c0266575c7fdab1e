// Entry point `adamas`: the API at a glance, by theme.

// Tensors, data, memory

export { Dataset, dataset, type TargetRows } from './data/dataset.js';
export type { Moments } from './data/moments.js';
export { AdamasError, BusyError, OutOfMemoryError, SimdUnsupportedError, UseAfterDisposeError } from './errors.js';
export { type RandomOptions, rand, randn, randperm } from './random.js';
export type { Rows } from './rows.js';
export { decodeStateDict, encodeStateDict } from './stateDictJson.js';
export { Parameter, parameter, type Shape, Tensor, tensor, zeros } from './tensor.js';
export { init, type KernelSource } from './wasm/init.js';
export { memoryUsage } from './wasm/memory.js';

// Layers, losses, models

export * from './nn/index.js';

// Training

export type { Batch, Batches, BatchMaker } from './nn/batches.js';
export { type UpdateBatchNormOptions, updateBatchNorm } from './nn/updateBatchNorm.js';
export type { Checkpoint, EpochPlace, MetricValues, PartialCheckpoint } from './train/checkpoint.js';
export type { CheckpointOptions } from './train/checkpointPlaces.js';
export type { EarlyStopping, EarlyStoppingState } from './train/earlyStopping.js';
export { fit, fitSync } from './train/fit.js';
export type { FitOptimizer, FitOptions, TrainingOptions } from './train/fitOptions.js';
export type { FitResult, HistoryRow, MetricName, Monitored, Progress } from './train/fitResult.js';
export type { Every } from './train/keeper.js';
export {
  type Differentiable,
  type MinimizeOptions,
  type MinimizeProgress,
  type MinimizeResult,
  minimize,
  type OptimizerClass,
} from './train/minimize.js';
export { partialFit } from './train/partialFit.js';
export type { PartialFitOptions, PartialFitProgress, PartialFitResult } from './train/partialFitOptions.js';
export type { PlaceLike } from './train/place.js';

// Optimizers, schedules, averages of weights

export * from './optim/index.js';
