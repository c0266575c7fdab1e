// The activations of the public API by the names of their kernels, with the scalars of test/reference/activations.ts.
import { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from '../../src/index.js';
import type { Layer } from '../../src/nn/layer.js';
import { type ActivationName, ALPHA, SLOPE } from '../reference/activations.js';

export const makeActivation: Readonly<Record<ActivationName, () => Layer>> = {
  relu,
  leakyRelu: () => leakyRelu(SLOPE),
  elu: () => elu(ALPHA),
  silu,
  gelu: () => gelu(),
  geluTanh: () => gelu({ approximate: 'tanh' }),
  sigmoid,
  tanh,
  softplus,
};
