// The API at a glance.
export { Dataset, dataset, type Rows } from './data/dataset.js';
export { BusyError, OutOfMemoryError, SimdUnsupportedError, UseAfterDisposeError } from './errors.js';
export type { Init } from './nn/init.js';
export type { Layer } from './nn/layer.js';
export { type LinearOptions, linear } from './nn/linear.js';
export type { LossName } from './nn/losses.js';
export { type Features, Model, type Targets } from './nn/model.js';
export { sequential } from './nn/sequential.js';
export { Adam, type AdamOptions } from './optim/adam.js';
export { AdamW } from './optim/adamw.js';
export { type GroupOptions, Optimizer, type ParamGroup, type Params } from './optim/optimizer.js';
export type { OptimizerStateDict, ParameterState } from './optim/stateDict.js';
export { Parameter, parameter, type Shape, Tensor, tensor, zeros } from './tensor.js';
export { fit, fitSync } from './train/fit.js';
export type { FitOptions } from './train/options.js';
export type { FitResult, Progress } from './train/result.js';
export { type InitOptions, init } from './wasm/kernels.js';
export { memoryUsage } from './wasm/memory.js';
