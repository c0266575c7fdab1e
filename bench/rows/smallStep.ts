import { Adam, linear, sequential } from '../adamas.js';
import { adam } from '../baseline/baseline.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.js';

/** step() of a model that is all call and no work, layer by layer as wide as `widths`. */
function smallStep(name: string, widths: readonly number[]): Row {
  return {
    name,
    setup(run) {
      const model = run.hold(sequential(...widths.slice(1).map((width, i) => linear(widths[i]!, width, { seed: i }))));
      const parameters = model.parameters();
      for (const { grad } of parameters) fillNormals(grad);
      const optimizer = run.hold(new Adam(parameters));
      const arrays = parameters.map(({ size }) => ({
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
  smallStep('step() of 129 parameters in 6', [5, 8, 8, 1]),
];
