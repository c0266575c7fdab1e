import { Adam, parameter } from '../adamas.mjs';
import { adam } from '../baseline/baseline.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

// The gradient is one draw of normal numbers: m and v settle near it and its square, far from the subnormal numbers that would slow everything
// down, and only the parameters keep moving.

const SIZES = { '8': 8, '64': 64, '1k': 1e3, '10k': 1e4, '100k': 1e5, '1M': 1e6, '10M': 1e7 };

/** Number of parameters from which the kernel takes longer than the call, and is compared with C. */
const KERNEL = 1000;

/** The baseline's step over arrays of its own. */
function baselineStep(size: number): () => void {
  const [p, g] = [fillNormals(new Float32Array(size), 2), fillNormals(new Float32Array(size))];
  const [m, v] = [new Float32Array(size), new Float32Array(size)];
  const s = { b1t: 1, b2t: 1 };
  return () => {
    // Its running product of beta1 would end in the subnormal numbers and stay there.
    if (s.b1t < 1e-300) s.b1t = 1;
    adam(p, g, m, v, size, 1e-3, 0.9, 0.999, 1e-8, s);
  };
}

const resident = ([label, size]: [string, number]): Row => ({
  name: `adam step P=${label} resident`,
  pieces: { count: size, name: 'param' },
  async setup(run) {
    const p = run.hold(parameter(fillNormals(new Float32Array(size), 2)));
    fillNormals(p.grad);
    const optimizer = run.hold(new Adam([p]));
    const c = size < KERNEL ? {} : await run.c(size);
    return { adamas: () => optimizer.step(), baseline: baselineStep(size), ...c };
  },
});

const own = ([label, size]: [string, number]): Row => ({
  name: `adam step P=${label} own arrays`,
  pieces: { count: size, name: 'param' },
  setup(run) {
    const p = fillNormals(new Float32Array(size), 2);
    const grads = [fillNormals(new Float32Array(size))];
    const optimizer = run.hold(new Adam([p]));
    return { adamas: () => optimizer.step(grads), baseline: baselineStep(size) };
  },
});

/** Steps after which the first moments of parameters whose gradient has become 0 are subnormal: 0.9^t is, from t = 830 on. */
const DEAD = 1000;

/** A layer whose units are dead: gradients exactly 0, moments that have shrunk to subnormal numbers. */
const dead: Row = {
  name: 'adam step P=100k, dead units',
  pieces: { count: 1e5, name: 'param' },
  setup(run) {
    const make = () => {
      const p = run.hold(parameter(fillNormals(new Float32Array(1e5), 2)));
      fillNormals(p.grad);
      const optimizer = run.hold(new Adam([p]));
      optimizer.step();
      return { p, optimizer };
    };
    const [live, dying] = [make(), make()];
    dying.p.grad.fill(0);
    for (let i = 0; i < DEAD; i++) dying.optimizer.step();
    return { 'adamas, live gradients': () => live.optimizer.step(), 'dead units': () => dying.optimizer.step() };
  },
};

export const adamStep: readonly Row[] = [
  ...Object.entries(SIZES).map(resident),
  ...Object.entries(SIZES).map(own),
  dead,
];
