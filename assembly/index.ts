// The whole Wasm surface of the package. The kernels of the optimizers come by themselves; those of layers and losses run as ops of a list,
// which the interpreter calls, and are exported by the testing build alone (testing.ts).
export { gemmWorkspace } from './linalg/gemm';
export { allFinite_f32 } from './linalg/reduce';
export { cos, pow } from './math';
export { alloc, free } from './memory';
export { denseWorkspace } from './nn/dense';
export { sigmoid_f32 } from './nn/sigmoid';
export { softmax_f32 } from './nn/softmax';
export { average_f32, swap_f32 } from './optim/average';
export { clampGrads, clipCoefficient, gradNorm, scaleGrads } from './optim/clip';
export { nextUniform, normal_f32, shuffle_u32, uniform_f32 } from './random/random';
export { digest_u32 } from './train/digest';
export { gather_f32, transpose_f32 } from './train/gather';
export { restore, snapshot, stepsTaken, train } from './train/loop';
export { forward, lastGradNorm, lossAndGrad, step } from './vm/interpreter';
export * from './vm/optimizers.generated';
