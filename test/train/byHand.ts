// Training by hand, the slow way: what the fused loop must equal.
import {
  type Dataset,
  type FitResult,
  type LossSpec,
  linear,
  type Model,
  type Optimizer,
  sequential,
} from '../../src/index.js';

/** Bits of every parameter, one array after another. */
export function parameterBits(model: Model): number[] {
  return model.parameters().flatMap(({ data }) => bits(data));
}

export function bits(values: Float32Array): number[] {
  return Array.from(new Uint32Array(values.slice().buffer));
}

/** All that an optimizer knows of its parameters, as bits. */
export function stateBits(optimizer: Optimizer<never>): unknown {
  const { state } = (optimizer as unknown as Optimizer).stateDict();
  return Object.entries(state).map(([i, entry]) => [
    i,
    Object.entries(entry).map(([name, value]) => [name, value instanceof Float32Array ? bits(value) : value]),
  ]);
}

/** A model of two dense layers, of sizes that fill no lane. */
export function twoLayers(inputs: number, hidden: number, outputs: number, seed = 5): Model {
  return sequential(linear(inputs, hidden, { seed }), linear(hidden, outputs, { seed: seed + 1 }));
}

/** One epoch over the samples in this order, by lossAndGrad and step. Returns the number of steps, and the mean loss over them. */
export function epochByHand(
  model: Model,
  data: Dataset,
  optimizer: Optimizer<never>,
  order: Uint32Array,
  batchSize: number,
  loss: LossSpec = 'halfSquaredError',
  weights?: Float32Array,
): { steps: number; loss: number } {
  const { features, targets } = data;
  const { classWeights } = (loss as { crossEntropy?: { classWeights?: ArrayLike<number> } }).crossEntropy ?? {};
  let [steps, sum, total] = [0, 0, 0];
  for (let start = 0; start < order.length; start += batchSize) {
    const samples = order.subarray(start, start + batchSize);
    const y = pick(targets.data, targets.size / data.length, samples);
    const weight = y.reduce((sum, t) => sum + (classWeights?.[t] ?? 1), 0);
    const mean = model.lossAndGrad(
      loss,
      pick(features.data, features.size / data.length, samples),
      y,
      weights && { weights: pick(weights, 1, samples) },
    );
    optimizer.step();
    steps++;
    sum += mean * weight;
    total += weight;
  }
  return { steps, loss: sum / total };
}

/** The mean loss over a whole dataset in float64, over float32 predictions. */
export function lossByHand(model: Model, data: Dataset): number {
  const predictions = model.predict(data.features);
  const targets = data.targets.data;
  return predictions.reduce((sum, p, i) => sum + (p - targets[i]!) ** 2 / 2, 0) / predictions.length;
}

function pick(rows: Float32Array, width: number, samples: Uint32Array): Float32Array {
  const out = new Float32Array(samples.length * width);
  samples.forEach((sample, i) => {
    out.set(rows.subarray(sample * width, (sample + 1) * width), i * width);
  });
  return out;
}

/** Numbers that look random and are the same everywhere: a linear congruential generator, in [-1, 1). */
export function noise(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** An order of n samples. */
export function permutation(n: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(((random() + 1) / 2) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Result of a fit, without what a clock measured. */
export function timeless({ secondsPerEpoch: _, history, ...result }: FitResult) {
  return { ...result, history: history.map(({ seconds: _, ...row }) => row) };
}
