// Shared by the tests of layers: float64 references, differences, and a fit against lossAndGrad + step.
import { expect } from 'vitest';
import { Adam, type Dataset, dataset, fit, fitSync, type LossSpec, type Model, memoryUsage } from '../../src/index.js';
import { bits, noise, permutation } from '../train/byHand.js';

/** Widths that fill no lane, one lane, and several. */
export const WIDTHS = [1, 3, 4, 5, 17, 31, 65];

/** Numbers in [-scale, scale) around a centre. */
export function numbers(n: number, seed: number, scale = 1, centre = 0): Float32Array {
  const random = noise(seed);
  return Float32Array.from({ length: n }, () => centre + scale * random());
}

/** The slope of f along each number, by central differences in float64. */
export function slopes(f: (values: Float64Array) => number, at: ArrayLike<number>, h = 1e-4): number[] {
  const values = Float64Array.from(at);
  return Array.from(values, (value, i) => {
    const [above, below] = [value + h, value - h].map((moved) => {
      values[i] = moved;
      return f(values);
    });
    values[i] = value;
    return (above! - below!) / (2 * h);
  });
}

/** The sum of products: a loss whose gradient is `weights`. */
export function dot(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i]!;
  return sum;
}

/** Fails unless each number is within `relative` of what is expected, or that times `scale`. */
export function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, relative: number, scale = 1): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    const bound = relative * Math.max(Math.abs(expected[i]!), scale);
    if (!(Math.abs(got[i]! - expected[i]!) <= bound)) expect(got[i], `element ${i}`).toBe(expected[i]);
  }
}

/** Parameters and buffers, as bits, by name. */
export function stateOf(model: Model): unknown {
  return model.layers.map(({ parameters, buffers, generator }) => [
    ...Object.entries({ ...parameters, ...buffers }).map(([name, { data }]) => [name, bits(data)]),
    generator?.state,
  ]);
}

/** fitSync and fit against lossAndGrad + step over the same orders: parameters, buffers, generators and losses, to the bit. */
export async function expectFitEqualsSteps(
  make: () => Model,
  {
    data,
    loss = 'mse',
    batchSize = 7,
    epochs = 3,
  }: { data: Dataset; loss?: LossSpec; batchSize?: number; epochs?: number },
): Promise<void> {
  const random = noise(11);
  const orders = Array.from({ length: epochs }, () => permutation(data.length, random));
  const [fused, slices, byHand] = [make(), make(), make()];
  const [a, b, c] = [fused, slices, byHand].map((model) => new Adam(model.parameters(), { lr: 0.01 }));
  const common = { loss, epochs, batchSize, logEvery: 5, sampleOrder: (epoch: number) => orders[epoch]! };
  const result = fitSync(fused, data, { ...common, optimizer: a! });
  expect(result.status).toBe('completed');
  expect((await fit(slices, data, { ...common, optimizer: b! })).losses).toEqual(result.losses);
  const width = data.features.size / data.length;
  const targets = data.targets.size / data.length;
  const pick = (rows: Float32Array, columns: number, samples: Uint32Array) =>
    Float32Array.from(Array.from(samples).flatMap((i) => [...rows.subarray(i * columns, (i + 1) * columns)]));
  for (const order of orders) {
    for (let start = 0; start < order.length; start += batchSize) {
      const samples = order.subarray(start, start + batchSize);
      byHand.lossAndGrad(loss, pick(data.features.data, width, samples), pick(data.targets.data, targets, samples));
      c!.step();
    }
  }
  expect(stateOf(fused)).toEqual(stateOf(byHand));
  expect(stateOf(slices)).toEqual(stateOf(byHand));
  for (const one of [a, b, c, fused, slices, byHand]) one!.dispose();
}

/** Samples of a noisy linear map: 45 of them make six batches of 7 and one of 3. */
export function samples(inputs: number, outputs: number, n = 45): Dataset {
  const random = noise(n + inputs);
  const rows = Array.from({ length: n }, () => Array.from({ length: inputs }, random));
  return dataset(
    rows,
    rows.map((row) =>
      Array.from({ length: outputs }, (_, k) => row.reduce((sum, x, j) => sum + x * (j - k), random())),
    ),
  );
}

/** Fails unless what `use` makes and disposes leaves no memory behind. */
export async function expectNoLeak(use: () => void | Promise<void>): Promise<void> {
  const before = memoryUsage();
  await use();
  expect(memoryUsage()).toBe(before);
}
