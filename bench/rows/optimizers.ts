import * as adamas from '../adamas.mjs';
import { adam } from '../baseline/baseline.mjs';
import * as plain from '../baseline/optimizers.mjs';
import type { Contenders, Expected, Row, Run } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

type Parameter = ReturnType<typeof adamas.parameter>;

/** The arrays of the baseline: parameters, gradients, and as much state as any optimizer has. */
interface Arrays {
  readonly p: Float32Array;
  readonly g: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly c: Float32Array;
}

interface Spec {
  readonly name: string;
  readonly ours: (params: Parameter[]) => { step(): unknown; dispose(): void };
  /** Makes the baseline's step, with scalar state of its own. */
  readonly plain: () => (arrays: Arrays, n: number) => void;
  /** Rows of a matrix; a vector without. */
  readonly rows?: number;
  /** Initial value of the baseline's state b; 0 without. */
  readonly initial?: number;
}

const ROWS = 1000;

const sgd: Spec = {
  name: 'SGD',
  ours: (params) => new adamas.SGD(params, { lr: 1e-3 }),
  plain:
    () =>
    ({ p, g }, n) =>
      plain.sgd(p, g, n, 1e-3),
};

const momentum: Spec = {
  name: 'SGD momentum',
  ours: (params) => new adamas.SGD(params, { lr: 1e-3, momentum: 0.9 }),
  plain:
    () =>
    ({ p, g, a }, n) =>
      plain.sgdMomentum(p, g, a, n, 1e-3, 0.9),
};

const specs: readonly Spec[] = [
  sgd,
  momentum,
  {
    name: 'Adagrad',
    ours: (params) => new adamas.Adagrad(params),
    plain:
      () =>
      ({ p, g, a }, n) =>
        plain.adagrad(p, g, a, n, 1e-2, 1e-10),
  },
  {
    name: 'RMSprop',
    ours: (params) => new adamas.RMSprop(params),
    plain:
      () =>
      ({ p, g, a }, n) =>
        plain.rmsprop(p, g, a, n, 1e-2, 0.99, 1e-8),
  },
  {
    name: 'RMSprop centered, momentum',
    ours: (params) => new adamas.RMSprop(params, { centered: true, momentum: 0.9 }),
    plain:
      () =>
      ({ p, g, a, b, c }, n) =>
        plain.rmspropCentered(p, g, a, b, c, n, 1e-2, 0.99, 1e-8, 0.9),
  },
  {
    name: 'Adadelta',
    ours: (params) => new adamas.Adadelta(params),
    plain:
      () =>
      ({ p, g, a, b }, n) =>
        plain.adadelta(p, g, a, b, n, 1, 0.9, 1e-6),
  },
  {
    name: 'Adam',
    ours: (params) => new adamas.Adam(params),
    plain() {
      const s = { b1t: 1, b2t: 1 };
      return ({ p, g, a, b }, n) => adam(p, g, a, b, n, 1e-3, 0.9, 0.999, 1e-8, s);
    },
  },
  {
    name: 'Adamax',
    ours: (params) => new adamas.Adamax(params),
    plain() {
      const s = { b1t: 1 };
      return ({ p, g, a, b }, n) => plain.adamax(p, g, a, b, n, 2e-3, 0.9, 0.999, 1e-8, s);
    },
  },
  {
    name: 'NAdam',
    ours: (params) => new adamas.NAdam(params),
    plain() {
      const s = { t: 0, b2t: 1, product: 1 };
      return ({ p, g, a, b }, n) => plain.nadam(p, g, a, b, n, 2e-3, 0.9, 0.999, 1e-8, 4e-3, s);
    },
  },
  {
    name: 'RAdam',
    ours: (params) => new adamas.RAdam(params),
    plain() {
      const s = { t: 0, b1t: 1, b2t: 1 };
      return ({ p, g, a, b }, n) => plain.radam(p, g, a, b, n, 1e-3, 0.9, 0.999, 1e-8, s);
    },
  },
  {
    name: 'Rprop',
    initial: 1e-2,
    ours: (params) => new adamas.Rprop(params),
    plain:
      () =>
      ({ p, g, a, b }, n) =>
        plain.rprop(p, g, a, b, n, 0.5, 1.2, 1e-6, 50),
  },
  {
    name: 'ASGD',
    ours: (params) => new adamas.ASGD(params, { t0: 1 }),
    plain() {
      const s = { t: 0, eta: 1e-2, mu: 1 };
      return ({ p, g, a }, n) => plain.asgd(p, g, a, n, 1e-2, 1e-4, 0.75, 1, s);
    },
  },
  {
    name: 'Lion',
    ours: (params) => new adamas.Lion(params, { weightDecay: 0.1 }),
    plain:
      () =>
      ({ p, g, a }, n) =>
        plain.lion(p, g, a, n, 1e-4, 0.9, 0.99, 0.1),
  },
  {
    name: 'Adafactor of a matrix',
    rows: ROWS,
    ours: (params) => new adamas.Adafactor(params),
    plain() {
      const s = { t: 0 };
      const [r, c, sums] = [new Float32Array(ROWS), new Float32Array(ROWS), new Float32Array(ROWS)];
      return ({ p, g }, n) =>
        n < ROWS * ROWS
          ? plain.adafactor(p, g, r.subarray(0, 10), c.subarray(0, 100), sums.subarray(0, 100), 10, 100, ...FACTORS, s)
          : plain.adafactor(p, g, r, c, sums, ROWS, ROWS, ...FACTORS, s);
    },
  },
  {
    name: 'Adafactor of a vector',
    ours: (params) => new adamas.Adafactor(params),
    plain() {
      const s = { t: 0 };
      return ({ p, g, a }, n) => plain.adafactorVector(p, g, a, n, ...FACTORS, s);
    },
  },
];

/** lr, beta2Decay, eps, d. */
const FACTORS = [1e-2, -0.8, 2 ** -23, 1e-3, 1] as const;

/** Both sides of a step over n parameters. */
function sides(run: Run, spec: Spec, n: number): Contenders {
  const numbers = fillNormals(new Float32Array(n), 2);
  const p = run.hold(
    spec.rows === undefined ? adamas.parameter(numbers) : adamas.parameter(numbers, [spec.rows, n / spec.rows]),
  );
  fillNormals(p.grad);
  const optimizer = run.hold(spec.ours([p]));
  const arrays = (size: number): Arrays => ({
    p: fillNormals(new Float32Array(size), 2),
    g: fillNormals(new Float32Array(size)),
    a: new Float32Array(size),
    b: new Float32Array(size).fill(spec.initial ?? 0),
    c: new Float32Array(size),
  });
  // The loop is compiled on short calls: one that is compiled during a long call stays slower.
  const small = arrays(1000);
  const warm = spec.plain();
  for (let i = 0; i < 3000; i++) warm(small, 1000);
  const [large, step] = [arrays(n), spec.plain()];
  return { adamas: () => optimizer.step(), baseline: () => step(large, n) };
}

const M = 1e6;

const million = (spec: Spec): Row => ({
  name: `${spec.name}, P=1M`,
  pieces: { count: M, name: 'param' },
  setup: async (run) => ({
    ...sides(run, spec, M),
    ...(spec.name === 'Adam'
      ? await run.peers(['PyTorch', 'tfjs-wasm', 'jax-js'], { kind: 'adam', n: M }, fiveSteps())
      : {}),
  }),
});

/** The first ten of a million parameters after five steps of Adam. */
function fiveSteps(): Expected {
  const p = adamas.parameter(fillNormals(new Float32Array(M), 2));
  fillNormals(p.grad);
  const optimizer = new adamas.Adam([p]);
  for (let i = 0; i < 5; i++) optimizer.step();
  const values = Array.from(p.data.subarray(0, 10));
  optimizer.dispose();
  p.dispose();
  return { values, relative: 1e-5, absolute: 1e-5 };
}

/** Against a copy that reads and writes as many bytes in all as the step: `streams` floats per parameter. */
const againstCopy = (spec: Spec, streams: number, [label, n]: readonly [string, number]): Row => ({
  name: `${spec.name} and a copy, P=${label}`,
  pieces: { count: n, name: 'param' },
  setup(run) {
    const { adamas } = sides(run, spec, n) as { adamas: () => void };
    const [from, to] = [fillNormals(new Float32Array((streams * n) / 2)), new Float32Array((streams * n) / 2)];
    return { adamas, copy: () => to.set(from) };
  },
});

export const optimizerRows: readonly Row[] = [
  ...specs.map(million),
  ...[['1M', M] as const, ['10M', 10 * M] as const].flatMap((size) => [
    againstCopy(sgd, 3, size),
    againstCopy(momentum, 5, size),
  ]),
];
