import { checkFinite, Dataset } from '../data/dataset.js';
import * as layers from '../nn/index.js';
import type { Layer, Recipe } from '../nn/layer.js';
import { sequential } from '../nn/sequential.js';
import type { LRScheduler } from '../optim/index.js';
import { parameter, zeros } from '../tensor.js';
import { AVERAGES, OPTIMIZERS, SCHEDULERS } from './registry.js';
import type { DatasetShapes, ScheduleRecipe, Task } from './task.js';
import { restoreTransfer, type Subject } from './transferState.js';

/** Recreates model, optimizer, schedule and average, in the state that the task holds. */
export function rebuild(task: Task): Subject {
  const model = sequential(...task.layers.map(layerOf));
  const own = model.parameters();
  const parameters = task.parameters.map(({ shape, requiresGrad }, i) => {
    const one = own[i] ?? parameter(new Float32Array(shape.reduce((size, length) => size * length, 1)), shape);
    one.requiresGrad = requiresGrad;
    return one;
  });
  const at = (places: readonly number[]) => places.map((place) => parameters[place]!);
  // All options come with the state.
  const groups = task.optimizer.groups.map(at);
  // LBFGS takes no list of groups.
  const optimizer = new OPTIMIZERS[task.optimizer.name]!(
    groups.length === 1 ? groups[0] : groups.map((params) => ({ params })),
  );

  const scheduleOf = ({ name, options, schedulers, milestones }: ScheduleRecipe): LRScheduler => {
    const Class = SCHEDULERS[name]!;
    const parts = schedulers?.map(scheduleOf);
    if (parts === undefined) return new Class(optimizer, options);
    return milestones === undefined ? new Class(parts) : new Class(optimizer, { schedulers: parts, milestones });
  };
  const scheduler = task.scheduler && scheduleOf(task.scheduler);
  const average = task.average && new AVERAGES[task.average.name]!(at(task.average.places), task.average.options);
  const subject = {
    model,
    parameters,
    optimizer,
    ...(scheduler && { scheduler }),
    ...(average && { average }),
  };
  restoreTransfer(subject, task.state);
  return subject;
}

/** Makes a layer by its recipe: the name of an exported function, and its arguments. */
function layerOf([make, ...args]: Recipe): Layer {
  return (layers as unknown as Record<string, (...args: readonly unknown[]) => Layer>)[make]!(...args);
}

/** Numbers of a piece of whole rows: 1 MB, which takes the caller a millisecond or two. */
const PIECE = 2 ** 18;

/**
 * Fetches a dataset from the caller, piece by piece in one buffer that goes to and fro. An abort waits for all of it: a checkpoint names the
 * data by their numbers.
 *
 * @param place - of its features among what the caller reads; its targets come next
 * @param piece - fills the buffer with the numbers of these rows from a place on
 * @throws RangeError for a number that is not finite, where the caller has not checked that
 */
export async function fetchDataset(
  shapes: DatasetShapes,
  place: number,
  piece: (buffer: Float32Array, place: number, at: number) => Promise<Float32Array>,
): Promise<Dataset> {
  const tensors = { features: zeros(shapes.features), targets: zeros(shapes.targets) };
  for (const [i, [name, tensor]] of Object.entries(tensors).entries()) {
    const { data, size, shape } = tensor;
    const width = size / shape[0]!;
    let buffer: Float32Array = new Float32Array(Math.min(size, width * Math.ceil(PIECE / width)));
    for (let at = 0; at < size; at += buffer.length) {
      buffer = await piece(buffer, place + i, at);
      data.set(buffer.subarray(0, size - at), at);
    }
    if (shapes.unchecked !== undefined) checkFinite(`${shapes.unchecked}.${name}`, tensor, tensor);
  }
  return new Dataset(tensors.features, tensors.targets);
}
