import type { KernelName } from '../wasm/kernels.js';
import type { Layer } from './layer.js';

/** A kernel that has one for its gradient. */
type Activation = {
  [Op in KernelName]: `${Op}Backward` extends KernelName ? Op : never;
}[KernelName];

/** An activation whose kernel is `op` and whose backward kernel is `opBackward`, which goes by its input x or by its output y. */
export function elementwise(op: Activation, goesBy: 'x' | 'y', ...constants: readonly number[]): Layer {
  return {
    name: op,
    inputs: undefined,
    parameters: {},
    recipe: ['elementwise', op, goesBy, ...constants],
    outputs: (inputs) => inputs,
    forward(program, x, inputs) {
      const y = program.buffer(inputs);
      program.push(op, y, x, inputs, ...constants);
      return {
        y,
        backward(dy) {
          program.push(`${op}Backward`, dy, dy, goesBy === 'x' ? x : y, inputs, ...constants);
          return dy;
        },
      };
    },
  };
}
