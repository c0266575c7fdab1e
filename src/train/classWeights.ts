import { outputActivation } from '../nn/classification.js';
import type { LossSpec } from '../nn/losses.js';
import { checkOneOf, fail, refuse, weightList } from '../validate.js';
import type { FitOptions } from './fitOptions.js';

/** The weight of each class: those given, or N / (K * count of the class) over these targets. */
export function readClassWeights(
  name: string,
  given: NonNullable<FitOptions['classWeights']>,
  loss: LossSpec,
  outputs: number,
  targets: Float32Array,
): readonly number[] {
  const label = `${name}: classWeights`;
  const link = outputActivation(loss);
  if (link === undefined || (link === 'sigmoid' && outputs > 1)) {
    fail(RangeError, label, 'come with crossEntropy, or binaryCrossEntropy of one output', 'another loss');
  }
  const K = link === 'sigmoid' ? 2 : outputs;
  if (typeof given === 'string') {
    checkOneOf(label, given, ['balanced']);
    const counts = new Array<number>(K).fill(0);
    for (const target of targets) counts[classOf(target, K)]!++;
    const missing = counts.indexOf(0);
    if (missing >= 0) {
      const found = counts.filter((count) => count > 0).length;
      const got = found > 1 ? `none of class ${missing}` : `one class only, ${counts.findIndex((count) => count > 0)}`;
      throw new RangeError(`${label}: 'balanced' needs samples of each of ${K} classes, got ${got}`);
    }
    return counts.map((count) => targets.length / (K * count));
  }
  if (Object(given).length !== K) {
    refuse(RangeError, label, `be 'balanced' or ${K} numbers, one a class`, given);
  }
  weightList(label, given);
  return Array.from(given);
}

/** The weight of each sample: its own, where there are such, times that of its class. */
export function weightsByClass(
  targets: Float32Array,
  classes: readonly number[],
  own?: ArrayLike<number>,
): Float32Array {
  return targets.map((target, i) => classes[classOf(target, classes.length)]! * (own?.[i] ?? 1));
}

/** A class index, of two a probability too. */
function classOf(target: number, K: number): number {
  return K === 2 ? Number(target > 0.5) : target;
}
