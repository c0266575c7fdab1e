import type { OpName } from '../wasm/oplist.js';
import type { Layer } from './layer.js';

/** An activation whose kernel is `op` and whose backward kernel is `opBackward`, which goes by its input x or by its output y. */
export function elementwise(op: OpName, backward: OpName, goesBy: 'x' | 'y', ...constants: readonly number[]): Layer {
  return {
    name: op,
    inputs: undefined,
    parameters: {},
    recipe: ['elementwise', op, backward, goesBy, ...constants],
    outputs: (inputs) => inputs,
    forward(program, x, inputs) {
      const y = program.buffer(inputs);
      program.push(op, y, x, inputs, ...constants);
      return {
        y,
        backward(dy) {
          program.push(backward, dy, dy, goesBy === 'x' ? x : y, inputs, ...constants);
          return dy;
        },
      };
    },
  };
}
