// The exports for tensors and optimizers: the heap, random numbers, steps. The build adds the kernels of the optimizers (optimizers.generated.ts).
export { cos, pow } from './math';
export { alloc, free } from './memory';
export { average_f32, swap_f32 } from './optim/average';
export { clampGrads, clipCoefficient, gradNorm, scaleGrads } from './optim/clip';
export { lastGradNorm, step } from './optim/step';
export { nextUniform, normal_f32, shuffle_u32, uniform_f32 } from './random/random';
export * from './vm/optimizers.generated';
export { runStep } from './vm/runStep.generated';
