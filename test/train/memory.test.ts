// Memory during a fit against the formula of docs/training.md, and that a thousand fits leave nothing behind.
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import {
  Adam,
  type Dataset,
  dataset,
  dropout,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  type Layer,
  linear,
  memoryUsage,
  partialFit,
  relu,
  SGD,
  sequential,
  tensor,
} from '../../src/index.js';
import { memoryBuffer } from '../../src/wasm/kernels.js';
import { samples } from './samples.js';

const held: { dispose(): void }[] = [];
function hold<T extends { dispose(): void }>(one: T): T {
  held.push(one);
  return one;
}
function release(): void {
  for (const one of held.reverse()) one.dispose();
  held.length = 0;
}
afterEach(release);

interface Case {
  readonly N: number;
  /** D, those of the hidden layers, K. */
  readonly widths: readonly number[];
  readonly batchSize: number;
  readonly loss?: 'mse' | 'crossEntropy';
  /** State arrays of the optimizer. */
  readonly S?: 0 | 2;
  readonly drops?: boolean;
  /** Samples of a validation dataset, or the part that is held out. */
  readonly validation?: number;
  readonly weights?: boolean;
  readonly average?: boolean;
  readonly best?: boolean;
  readonly logEvery?: number;
}

/** The formula: bytes of a fit at work, the data and the model among them. */
function formula({
  N,
  widths,
  batchSize,
  loss,
  S = 2,
  drops,
  validation,
  weights,
  average,
  best,
  logEvery,
}: Case): number {
  const [D, K] = [widths[0]!, widths.at(-1)!];
  const [classes, T] = loss === 'crossEntropy' ? [1, 1] : [0, K];
  const hidden = widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
  const pairs = widths.slice(1).map((width, i) => [widths[i]!, width] as const);
  const P = pairs.reduce((sum, [read, given]) => sum + given * (read + 1), 0);
  const A = hidden * (drops ? 3 : 2) + K;
  const heldOut = validation !== undefined && validation < 1 ? Math.round(N * validation) : 0;
  const [n, v] = [N - heldOut, heldOut || (validation ?? 0)];
  const b = Math.min(batchSize, n);
  const gathered = Math.min(n, Math.max(1, Math.floor(16384 / ((D + T + 1) * batchSize))) * batchSize);
  const evaluated = logEvery === undefined ? 0 : n;
  const columns = widths[1]! < 4;
  /** Numbers that the product of [M, K] and [K, N] packs. */
  const product = (M: number, N: number, K: number) =>
    Math.max(
      16 * K + (N >= 64 && M * Math.min(K, 256) > 8192 ? 272 * Math.min(M, 128) : 0),
      M >= 16 && N >= 32 && K >= 16
        ? Math.min(K, 128) * (Math.min(N, 256) + 18) + Math.min(M, 128) * (Math.min(K, 128) + 16)
        : 0,
    );
  /** Numbers for each row of a loss that is a sum over elements. */
  const elements = loss === 'crossEntropy' ? 0 : K;
  const evaluation = (count: number, byColumns = false) => {
    const rows = Math.min((count + 15) & ~15, Math.max(16, (65536 / (D + A)) & ~15));
    const packed = pairs.map(([read, given], i) => (byColumns && i === 0 ? rows : product(rows, given, read)));
    return count === 0 ? 0 : rows * (hidden * 2 + K) + Math.max(...packed, rows * elements);
  };
  const packing = Math.max(
    b * elements,
    ...pairs.flatMap(([read, given]) => [product(b, given, read), product(given, read, b), product(b, read, given)]),
  );
  const numbers =
    (N + (heldOut ? N : v)) * (D + T) + // data
    n + // order
    (weights ? n + (heldOut ? v : 0) : 0) +
    classes * (n + v) +
    (columns ? evaluated * D : 0) +
    P * (2 + S + 1 + Number(average ?? false) + Number(best ?? false)) + // values, gradients, state, copies
    gathered * (D + T + Number(weights ?? false)) +
    b * (A + K + hidden) + // a batch
    packing +
    evaluation(evaluated, columns) +
    evaluation(v) +
    (S === 0 ? 6 : 9) * Math.min(512, Math.ceil(n / batchSize)) + // scalars of the steps ahead
    200 +
    75 * (pairs.length + (drops ? 2 : 1) * (pairs.length - 1)); // what is to be done, layer by layer
  return 4 * numbers;
}

function zeros(n: number, D: number, T: number): Dataset {
  return hold(
    dataset(tensor(new Float32Array(n * D), [n, D]), tensor(new Float32Array(n * T), T === 1 ? [n] : [n, T])),
  );
}

/** The most bytes that are in use during a fit, and how many times the formula's that is. */
function ratio(one: Case): number {
  const { N, widths, batchSize, loss = 'mse', S = 2, drops, validation, weights, average, best, logEvery } = one;
  const before = memoryUsage();
  const layers: Layer[] = widths
    .slice(1)
    .flatMap((width, i) => [
      linear(widths[i]!, width, { seed: i }),
      ...(i + 2 < widths.length ? [relu(), ...(drops ? [dropout(0.1, { seed: i })] : [])] : []),
    ]);
  const T = loss === 'crossEntropy' ? 1 : widths.at(-1)!;
  const data = zeros(N, widths[0]!, T);
  const model = hold(sequential(...layers));
  const parameters = model.parameters();
  const optimizer = hold(S === 0 ? new SGD(parameters, { lr: 0 }) : new Adam(parameters, { lr: 0 }));
  let most = 0;
  const options: FitOptions = {
    ...{ loss, optimizer, batchSize, logEvery, ...(weights && { sampleWeights: new Float32Array(N).fill(1) }) },
    ...(average && { average: hold(new ExponentialMovingAverage(model.parameters())) }),
    ...(best && { earlyStopping: { patience: 1 } }),
    ...(validation !== undefined && { validation: validation < 1 ? validation : zeros(validation, widths[0]!, T) }),
    onProgress() {
      most = Math.max(most, memoryUsage() - before);
    },
  };
  fitSync(model, data, options);
  const times = most / formula(one);
  release();
  return times;
}

it.each<[string, Case]>([
  ['linear regression', { N: 20_000, widths: [5, 1], batchSize: 10 }],
  ['of many features, evaluated', { N: 3000, widths: [400, 1], batchSize: 32, S: 0, logEvery: 3000 }],
  ['with weights', { N: 5000, widths: [20, 3], batchSize: 32, weights: true }],
  ['MLP 64-128-10', { N: 2000, widths: [64, 128, 10], batchSize: 32, loss: 'crossEntropy' }],
  ['... on little data', { N: 100, widths: [64, 128, 10], batchSize: 32, loss: 'crossEntropy' }],
  [
    '... with validation',
    { N: 1500, widths: [64, 128, 10], batchSize: 32, validation: 700, best: true, average: true },
  ],
  ['... held out', { N: 1500, widths: [64, 128, 10], batchSize: 32, validation: 0.2, weights: true }],
  ['MLP 784-256-10', { N: 1000, widths: [784, 256, 10], batchSize: 128, loss: 'crossEntropy', best: true }],
  ['three layers, dropout', { N: 800, widths: [30, 200, 100, 1], batchSize: 400, drops: true, S: 0 }],
])('%s: within 10 %% of the formula', (_, one) => {
  const times = ratio(one);
  expect(times).toBeGreaterThan(0.9);
  expect(times).toBeLessThan(1.1);
});

/** A number whose magnitude lies between these, each as likely. */
const between = (low: number, high: number) =>
  fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map((x) => Math.round(Math.exp(x)));

const cases: fc.Arbitrary<Case> = fc
  .record({
    N: between(50, 10_000),
    inputs: between(2, 400),
    hidden: fc.array(between(4, 300), { maxLength: 2 }),
    outputs: between(2, 16),
    batchSize: between(1, 500),
    loss: fc.constantFrom('mse', 'crossEntropy'),
    S: fc.constantFrom(0, 2),
    drops: fc.boolean(),
    validation: fc.oneof(fc.constant(undefined), fc.constant(0.25), between(30, 2000)),
    weights: fc.boolean(),
    average: fc.boolean(),
    best: fc.boolean(),
    logEvery: fc.constantFrom(undefined, 500),
  })
  .map(({ inputs, hidden, outputs, validation, ...more }) => ({
    ...more,
    widths: [inputs, ...hidden, outputs],
    ...(validation !== undefined && { validation }),
  }));

it('any fit: within 10 % of the formula', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(cases, (one) => Math.abs(ratio(one) - 1) < 0.1),
    { numRuns: 60, seed: 3 },
  );
});

it('a thousand fits leave nothing behind', async () => {
  const data = hold(samples(12));
  const model = hold(sequential(linear(3, 4, { seed: 1 }), relu(), linear(4, 1, { seed: 2 })));
  const optimizer = hold(new Adam(model.parameters()));
  const average = hold(new ExponentialMovingAverage(model.parameters()));
  const before = memoryUsage();
  const more: FitOptions = {
    ...{ loss: 'mse', optimizer, average, validation: 0.25, metrics: ['r2'], earlyStopping: { patience: 1 } },
    onCheckpoint() {},
  };
  for (let i = 0; i < 700; i++) fitSync(model, data, more);
  for (let i = 0; i < 200; i++) await fit(model, data, more);
  for (let i = 0; i < 100; i++) await partialFit(model, [data], { loss: 'mse', optimizer, average });
  expect(memoryUsage()).toBe(before);
});

it('nor do a thousand with a model and data of their own, of which some end by an error: memory does not grow', () => {
  const once = (i: number) => {
    using data = samples(40);
    using model = sequential(linear(3, 4, { seed: 1 }), relu(), linear(4, 1, { seed: 2 }));
    using optimizer = new Adam(model.parameters());
    const onEpoch = () => {
      if (i % 3 === 1) throw new Error('mine');
    };
    const more = { metrics: ['r2'], earlyStopping: { patience: 1 }, onEpoch } as const;
    const run = () => fitSync(model, data, { loss: 'mse', optimizer, validation: 0.25, ...more });
    if (i % 3 === 1) expect(run).toThrow('mine');
    else run();
  };
  once(0);
  const before = [memoryUsage(), memoryBuffer().byteLength];
  for (let i = 0; i < 1000; i++) once(i);
  expect([memoryUsage(), memoryBuffer().byteLength]).toEqual(before);
});
