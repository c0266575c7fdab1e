import { Dataset, type Layer, type LRScheduler, parameter, sequential, tensor } from '../index.js';
import * as layers from '../nn/index.js';
import type { Recipe } from '../nn/layer.js';
import { AVERAGES, OPTIMIZERS, SCHEDULERS } from './registry.js';
import type { PlainDataset, SchedulerRecipe, Task } from './task.js';
import { restoreState, type Subject } from './transferState.js';

/** A layer made anew, by the function that its recipe names. */
const layerOf = ([make, ...args]: Recipe): Layer =>
  (layers as unknown as Record<string, (...args: readonly unknown[]) => Layer>)[make]!(...args);

/** Makes model, optimizer and schedule anew, in the state that the task has. */
export function rebuild(task: Task): Subject {
  const model = sequential(...task.layers.map(layerOf));
  const own = model.parameters();
  const parameters = task.parameters.map(({ shape, requiresGrad }, i) => {
    const one = own[i] ?? parameter(new Float32Array(shape.reduce((size, length) => size * length, 1)), shape);
    one.requiresGrad = requiresGrad;
    return one;
  });
  // All options come with the state.
  const at = (places: readonly number[]) => places.map((place) => parameters[place]!);
  const groups = task.optimizer.groups.map((places) => ({ params: at(places) }));
  const optimizer = new OPTIMIZERS[task.optimizer.name]!(groups);

  const schedulerOf = ({ name, options, schedulers, milestones }: SchedulerRecipe): LRScheduler => {
    const Class = SCHEDULERS[name]!;
    const resources = schedulers?.map(schedulerOf);
    if (resources === undefined) return new Class(optimizer, options);
    return milestones === undefined
      ? new Class(resources)
      : new Class(optimizer, { schedulers: resources, milestones });
  };
  const scheduler = task.scheduler && schedulerOf(task.scheduler);
  const average = task.average && new AVERAGES[task.average.name]!(at(task.average.places), task.average.options);
  const subject = { model, parameters, optimizer, scheduler, average };
  restoreState(subject, task.state);
  return subject;
}

export function datasetOf({ features, targets }: PlainDataset): Dataset {
  return new Dataset(tensor(features.data, features.shape), tensor(targets.data, targets.shape));
}
