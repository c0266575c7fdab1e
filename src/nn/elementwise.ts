import type { Op } from '../wasm/op.generated.js';
import type { Layer } from './layer.js';

/** An activation whose op is `op` and whose backward op, `backward`, goes by its input x or by its output y. */
export function elementwise(
  name: string,
  op: Op,
  backward: Op,
  goesBy: 'x' | 'y',
  ...constants: readonly number[]
): Layer {
  return {
    name,
    inputs: undefined,
    parameters: {},
    recipe: ['elementwise', name, op, backward, goesBy, ...constants],
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
