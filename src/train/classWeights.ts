import { nameOf, outputActivation } from '../nn/classification.js';
import type { Loss } from '../nn/loss.js';
import { type LossSpec, lossOf } from '../nn/losses.js';
import { classIndices } from '../nn/targets.js';
import type { Tensor } from '../tensor.js';
import { checkOneOf, fail, refuse, weightList } from '../validate.js';
import type { FitOptions } from './fitOptions.js';

/** The loss with a weight for each class: those given, or the balanced ones of these targets. */
export function withClassWeights(
  call: string,
  given: NonNullable<FitOptions['classWeights']>,
  spec: LossSpec,
  outputs: number,
  targets: Tensor,
): Loss {
  const label = `${call}: classWeights`;
  const activation = outputActivation(spec);
  if (activation === undefined || (activation === 'sigmoid' && outputs > 1)) {
    fail(RangeError, label, 'come with crossEntropy, or binaryCrossEntropy of one output', 'another loss');
  }
  const name = nameOf(spec)!;
  const own: { readonly classWeights?: unknown } = typeof spec === 'object' ? Object.values(spec)[0] : {};
  if (own.classWeights !== undefined) {
    fail(RangeError, label, 'be left out where the loss has classWeights of its own', 'both');
  }
  const K = activation === 'sigmoid' ? 2 : outputs;
  const classWeights = readClassWeights(label, given, K, targets);
  return lossOf(label, { [name]: { ...own, classWeights } } as unknown as LossSpec);
}

function readClassWeights(
  label: string,
  given: NonNullable<FitOptions['classWeights']>,
  K: number,
  targets: Tensor,
): readonly number[] {
  if (typeof given === 'string') {
    checkOneOf(label, given, ['balanced']);
    return balanced(label, K, classIndices(targets));
  }
  if (Object(given).length !== K) {
    refuse(RangeError, label, `be 'balanced' or ${K} numbers, one per class`, given);
  }
  weightList(label, given);
  return Array.from(given);
}

/** N / (K * samples of the class); of two classes a target may be a probability. */
function balanced(label: string, K: number, targets: Float32Array): readonly number[] {
  const counts = new Array<number>(K).fill(0);
  for (const target of targets) counts[K === 2 ? Number(target > 0.5) : target]!++;
  const missing = counts.indexOf(0);
  if (missing >= 0) {
    const found = counts.filter((count) => count > 0).length;
    const got = found > 1 ? `none of class ${missing}` : `one class only, ${counts.findIndex((count) => count > 0)}`;
    throw new RangeError(`${label}: 'balanced' needs samples of each of ${K} classes, got ${got}`);
  }
  return counts.map((count) => targets.length / (K * count));
}
