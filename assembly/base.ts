// What tensors and optimizers call: the heap, random numbers, steps. The kernels of the optimizers come by themselves.
export { cos, pow } from './math';
export { alloc, free } from './memory';
export { average_f32, swap_f32 } from './optim/average';
export { clampGrads, clipCoefficient, gradNorm, scaleGrads } from './optim/clip';
export { lastGradNorm, step } from './optim/step';
export { nextUniform, normal_f32, shuffle_u32, uniform_f32 } from './random/random';
export * from './vm/optimizers.generated';
export { runStep } from './vm/runStep.generated';
