// The whole Wasm surface. Kernels end in _f32 or _u32; ops, which run inside an op list, carry no suffix.

export { gemm_f32, gemmWorkspace } from './linalg/gemm';
export { allFinite_f32, sum_f32 } from './linalg/reduce';
export { cos, pow } from './math';
export { alloc, free } from './memory';
export {
  dense,
  dense_f32,
  denseBackward,
  denseBackward_f32,
  denseColumns,
  denseColumns_f32,
  denseWorkspace,
} from './nn/dense';
export { batchNorm, batchNorm_f32, batchNormBackward, batchNormBackward_f32 } from './nn/batchNorm';
export { binaryCrossEntropy, binaryCrossEntropy_f32 } from './nn/binaryCrossEntropy';
export { crossEntropy, crossEntropy_f32, crossEntropyWeight_f32 } from './nn/crossEntropy';
export { dropout, dropout_f32 } from './nn/dropout';
export { elu, elu_f32, eluBackward, eluBackward_f32 } from './nn/elu';
export { embedding, embedding_f32, embeddingBackward, embeddingBackward_f32 } from './nn/embedding';
export { gelu, gelu_f32, geluBackward, geluBackward_f32 } from './nn/gelu';
export { geluTanh, geluTanh_f32, geluTanhBackward, geluTanhBackward_f32 } from './nn/geluTanh';
export { huber, huber_f32 } from './nn/huber';
export { l1, l1_f32 } from './nn/l1';
export { layerNorm, layerNorm_f32, layerNormBackward, layerNormBackward_f32 } from './nn/layerNorm';
export { leakyRelu, leakyRelu_f32, leakyReluBackward, leakyReluBackward_f32 } from './nn/leakyRelu';
export { mse, mse_f32 } from './nn/mse';
export { normalization, normalization_f32 } from './nn/normalization';
export { relu, relu_f32, reluBackward, reluBackward_f32 } from './nn/relu';
export { sigmoid, sigmoid_f32, sigmoidBackward, sigmoidBackward_f32 } from './nn/sigmoid';
export { silu, silu_f32, siluBackward, siluBackward_f32 } from './nn/silu';
export { softmax_f32 } from './nn/softmax';
export { softplus, softplus_f32, softplusBackward, softplusBackward_f32 } from './nn/softplus';
export { tanh, tanh_f32, tanhBackward, tanhBackward_f32 } from './nn/tanh';
export { halfSquaredError, halfSquaredError_f32 } from './nn/halfSquaredError';
export { adadelta_f32 } from './optim/adadelta';
export { adafactor_f32 } from './optim/adafactor';
export { adagrad_f32 } from './optim/adagrad';
export { adam_f32 } from './optim/adam';
export { adamax_f32 } from './optim/adamax';
export { asgd_f32 } from './optim/asgd';
export { average, average_f32, swap_f32 } from './optim/average';
export { clamp, clampGrads, clipCoefficient, gradNorm, inspect, scaleGrads } from './optim/clip';
export { lion_f32 } from './optim/lion';
export { nadam_f32 } from './optim/nadam';
export { radam_f32 } from './optim/radam';
export { rmsprop_f32 } from './optim/rmsprop';
export { rprop_f32 } from './optim/rprop';
export { sgd_f32 } from './optim/sgd';
export { CONTEXT, setWorkspace } from './train/context';
export { gather_f32, transpose_f32 } from './train/gather';
export { host } from './train/host';
export { keep, restore, stepsTaken, train } from './train/loop';
export { gather, stepTable } from './train/ops';
export { nextUniform, normal_f32, shuffle_u32, uniform_f32 } from './train/random';
export { forward, lastGradNorm, lossAndGrad, step } from './train/run';
