// The other exports, for models, datasets and fits. Layers and losses run as ops of a list, which the interpreter calls, and are exported by the
// testing build alone (testing.ts).
export { gemmWorkspace } from './linalg/gemm';
export { allFinite_f32 } from './linalg/reduce';
export { denseWorkspace } from './nn/dense';
export { sigmoid_f32 } from './nn/sigmoid';
export { softmax_f32 } from './nn/softmax';
export { digest_u32 } from './train/digest';
export { gather_f32, transpose_f32 } from './train/gather';
export { restore, snapshot, stepsTaken, train } from './train/loop';
export { forward, lossAndGrad } from './vm/interpreter';
