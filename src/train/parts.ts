import type { Dataset } from '../data/dataset.js';
import { isModelParameter } from '../nn/layerChain.js';
import type { Model } from '../nn/model.js';
import type { Disposable } from '../resources.js';
import { Parameter } from '../tensor.js';
import { fail } from '../validate.js';
import type { FitOptions } from './fitOptions.js';

/**
 * Throws unless optimizer, schedule and average are those of this model: a subset of its parameters is fine, and so are parameters of no
 * model beside them.
 *
 * @throws RangeError
 */
export function checkParts(
  call: string,
  model: Model,
  { optimizer, scheduler, average }: Pick<FitOptions, 'optimizer' | 'scheduler' | 'average'>,
): void {
  const own = new Set<unknown>(model.parameters());
  const params = optimizer.paramGroups.flatMap(({ params }) => params);
  // Arrays of the user's own are refused by the first step, which needs their gradients.
  if (params.every((param) => param instanceof Parameter)) {
    const foreign = params.find((param) => !own.has(param) && isModelParameter(param));
    if (foreign) {
      const g = optimizer.paramGroups.findIndex(({ params }) => params.includes(foreign));
      const i = optimizer.paramGroups[g]!.params.indexOf(foreign);
      const got = `a parameter of another model (paramGroups[${g}].params[${i}])`;
      fail(RangeError, `${call}: optimizer`, 'be made of parameters of this model, model.parameters()', got);
    }
    if (own.size > 0 && !params.some((param) => own.has(param))) {
      fail(RangeError, `${call}: optimizer`, 'be made of parameters of this model, model.parameters()', 'none of them');
    }
  }
  if (scheduler?.optimizer !== undefined && scheduler.optimizer !== optimizer) {
    fail(RangeError, `${call}: scheduler`, 'be made for this optimizer', 'one made for another optimizer');
  }
  const other = average?.params.findIndex((param) => !own.has(param)) ?? -1;
  if (other >= 0) fail(RangeError, `${call}: average`, "be of the model's parameters", `another at ${other}`);
  if (average?.model !== undefined && average.model !== model) {
    fail(RangeError, `${call}: average`, 'be of this model', 'one of another model');
  }
}

/** Everything that a fit reads and writes beside model and optimizer, each once. */
export function usedBy(
  { optimizer, average }: Pick<FitOptions, 'optimizer' | 'average'>,
  model: Model,
  datasets: readonly Dataset[] = [],
): ReadonlySet<Disposable> {
  const used = new Set<Disposable>(model.state);
  for (const { params } of optimizer.paramGroups) {
    for (const param of params) if (param instanceof Parameter) used.add(param);
  }
  for (const data of datasets) used.add(data).add(data.features).add(data.targets);
  if (average) used.add(average);
  return used;
}
