// The public names of layers, losses and models. The worker recreates layers with the functions exported here, so a new one needs its line only here.
export { elu, type GeluOptions, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from './activations.js';
export { type BatchNormOptions, batchNorm } from './batchNorm.js';
export { type CustomLayerOptions, customLayer, type LayerInfo } from './customLayer.js';
export type { CustomLoss, LossInfo } from './customLoss.js';
export { type DropoutOptions, dropout } from './dropout.js';
export { type EmbeddingOptions, embedding } from './embedding.js';
export type { EvaluateOptions } from './evaluate.js';
export type { Initializer, KaimingOptions, XavierOptions } from './initializers.js';
export type { Layer } from './layer.js';
export { type LayerNormOptions, layerNorm } from './layerNorm.js';
export { type LinearOptions, linear } from './linear.js';
export type { LossOptions } from './lossAndGrad.js';
export type { LossName, LossSpec } from './losses.js';
export type { ClassEvaluation, Evaluation, LossEvaluation, RegressionEvaluation } from './metrics.js';
export { type ClassOptions, Model } from './model.js';
export { normalization, type Scaled } from './normalization.js';
export {
  type ActivationName,
  linearRegression,
  logisticRegression,
  type MlpOptions,
  mlp,
  type RegressionOptions,
  type ScalingOptions,
  type SoftmaxRegressionOptions,
  softmaxRegression,
} from './presets.js';
export { sequential } from './sequential.js';
export type { ModelLoadOptions, ModelStateDict, StateTensor } from './stateDict.js';
export { targetScaling } from './targetScaling.js';
export type { Targets } from './targets.js';
