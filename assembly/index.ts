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
export { halfSquaredError, halfSquaredError_f32 } from './nn/halfSquaredError';
export { adadelta_f32 } from './optim/adadelta';
export { adafactor_f32 } from './optim/adafactor';
export { adagrad_f32 } from './optim/adagrad';
export { adam_f32 } from './optim/adam';
export { adamax_f32 } from './optim/adamax';
export { asgd_f32 } from './optim/asgd';
export { average_f32, swap_f32 } from './optim/average';
export { clamp, clampGrads, clipCoefficient, gradNorm, inspect, scaleGrads } from './optim/clip';
export { lion_f32 } from './optim/lion';
export { nadam_f32 } from './optim/nadam';
export { radam_f32 } from './optim/radam';
export { rmsprop_f32 } from './optim/rmsprop';
export { rprop_f32 } from './optim/rprop';
export { sgd_f32 } from './optim/sgd';
export { CONTEXT, setWorkspace } from './train/context';
export { gather_f32, transpose_f32 } from './train/gather';
export { keep, restore, train } from './train/loop';
export { gather, stepTable } from './train/ops';
export { nextUniform, normal_f32, shuffle_u32, uniform_f32 } from './train/random';
export { forward, lastGradNorm, lossAndGrad, step } from './train/run';
