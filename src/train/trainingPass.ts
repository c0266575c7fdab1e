import type { Dataset } from '../data/dataset.js';
import type { Model } from '../nn/model.js';
import type { Optimizer } from '../optim/optimizer.js';
import { Disposable, Pass } from '../resources.js';

/**
 * Marks all that a training uses, until it is disposed: the model with its layers, the optimizer with its parameters, those that are not the
 * model's too, the average of weights, and the datasets with their tensors.
 *
 * @throws BusyError; UseAfterDisposeError. Nothing is marked then
 */
export function trainingPass(
  call: string,
  model: Model,
  // biome-ignore lint/suspicious/noExplicitAny: an optimizer of any options
  optimizer: Optimizer<any>,
  average: object | undefined,
  datasets: readonly (Dataset | undefined)[],
): Pass {
  const used = [
    ...model.state,
    ...optimizer.paramGroups.flatMap(({ params }) => params),
    average,
    ...datasets.flatMap((data) => data && [data, data.features, data.targets]),
  ];
  return new Pass(
    call,
    [model, optimizer],
    used.filter((one) => one instanceof Disposable),
  );
}
