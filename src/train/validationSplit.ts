import type { Dataset } from '../data/dataset.js';
import type { ResourceStack } from '../resources.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';

/** Samples with their weights, if there are any. */
export interface Samples {
  readonly data: Dataset;
  readonly weights: ArrayLike<number> | undefined;
}

/** The training set and the validation set of a fit. */
export function validationSplit(
  name: string,
  use: ResourceStack['use'],
  data: Dataset,
  { validation, sampleWeights: weights, seed }: ResolvedFitOptions,
): { readonly training: Samples; readonly validation: Samples | undefined } {
  if (typeof validation !== 'number') {
    return {
      training: { data, weights },
      validation: validation && { data: validation, weights: undefined },
    };
  }
  const { first, second, order } = data.divide(`${name}: validation`, validation, seed);
  use(first);
  use(second);
  const at = first.length;
  const weightsOf = (samples: Uint32Array) => weights && Float32Array.from(samples, (i) => weights[i]!);
  return {
    training: { data: second, weights: weightsOf(order.subarray(at)) },
    validation: { data: first, weights: weightsOf(order.subarray(0, at)) },
  };
}
