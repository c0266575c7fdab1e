import { type Dataset, dataset, zeros } from '../index.js';
import { checkNumber } from '../validate.js';

/** A dataset of count samples that `fill` writes: features [N, D], and targets [N], or [N, K] for K outputs. */
export function makeDataset(
  count: number,
  width: number,
  outputs: number | undefined,
  fill: (features: Float32Array, targets: Float32Array) => void,
): Dataset {
  const resources: { dispose(): void }[] = [];
  try {
    const features = zeros([count, width]);
    resources.push(features);
    const targets = zeros(outputs === undefined ? [count] : [count, outputs]);
    resources.push(targets);
    fill(features.data, targets.data);
    return dataset(features, targets);
  } catch (error) {
    for (const one of resources.reverse()) one.dispose();
    throw error;
  }
}

/** A whole number that a generator takes as its seed. */
export function checkSeed(call: string, seed: unknown): void {
  const ok = (x: number) => Number.isSafeInteger(x) && x >= 0;
  checkNumber(`${call}: seed`, seed, 'a whole number from 0 to 2^53 - 1', ok);
}
