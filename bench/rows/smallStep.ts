import { Adam, parameter } from '../adamas.mjs';
import { adam } from '../baseline/baseline.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

/** step() of parameters of these sizes: mostly the cost of the call. */
function smallStep(name: string, sizes: readonly number[]): Row {
  return {
    name,
    setup(run) {
      const parameters = sizes.map((size) => run.hold(parameter(fillNormals(new Float32Array(size), 2))));
      for (const { grad } of parameters) fillNormals(grad);
      const optimizer = run.hold(new Adam(parameters));
      const arrays = sizes.map((size) => ({
        p: fillNormals(new Float32Array(size), 2),
        g: fillNormals(new Float32Array(size)),
        m: new Float32Array(size),
        v: new Float32Array(size),
        s: { b1t: 1, b2t: 1 },
      }));
      return {
        adamas: () => optimizer.step(),
        baseline() {
          for (const { p, g, m, v, s } of arrays) {
            if (s.b1t < 1e-300) s.b1t = 1;
            adam(p, g, m, v, p.length, 1e-3, 0.9, 0.999, 1e-8, s);
          }
        },
      };
    },
  };
}

export const smallSteps: readonly Row[] = [
  smallStep('step() of 6 parameters in 2 tensors', [5, 1]),
  smallStep('step() of 129 parameters in 6', [40, 8, 64, 8, 8, 1]),
  smallStep('step() of 20 tensors of 64', new Array(20).fill(64)),
];
