import type { URLLike } from '../../hostTypes.js';
import type { Model } from '../../nn/model.js';
import type { Place } from '../../train/place.js';
import { PlaceError } from '../places/placeError.js';
import { placeOf } from '../places/placeOf.js';
import { type LoadedModel, type LoadModelOptions, modelBytes, modelOf, type SaveOptions } from './modelFile.js';

/**
 * Saves a model as a file, from which {@link load} recreates it: see {@link toBytes}.
 *
 * @param model - the model; it may be fitted meanwhile, and is then taken as of its last step
 * @param place - a path, a `file:` URL, or a place such as {@link indexedDB}
 * @param options - see {@link SaveOptions}
 * @throws Rejects with TypeError or RangeError for wrong arguments; UseAfterDisposeError; PlaceError when the place cannot be written: what was
 *   there before is whole then
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * import { load, save } from 'adamas/io';
 * await save(sequential(linear(1, 1, { init: 'zeros' })), 'line.safetensors');
 * const { model } = await load('line.safetensors');
 * console.log(model.predict(new Float32Array([5]))); // Float32Array(1) [ 0 ]
 * ```
 */
export async function save(model: Model, place: string | URLLike | Place, options: SaveOptions = {}): Promise<void> {
  const to = placeOf('save', place);
  await to.write(modelBytes('save', model, options));
}

/**
 * Loads a model that {@link save} saved: see {@link fromBytes}.
 *
 * @param place - a path, a `file:` URL, or a place such as {@link indexedDB}
 * @param options - see {@link LoadModelOptions}
 * @returns the model, and what was saved with it
 * @throws Rejects with PlaceError when nothing is there, or it cannot be read; FormatError when it is no such file, was damaged or is of a newer
 *   version; TypeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { linear, sequential, SGD } from 'adamas';
 * import { load, save } from 'adamas/io';
 * const first = sequential(linear(2, 1));
 * await save(first, 'two.safetensors', { optimizer: new SGD(first.parameters(), { lr: 0.1, momentum: 0.9 }) });
 * const { model, optimizer } = await load('two.safetensors');
 * console.log(model.inputs, optimizer!.name); // 2 SGD
 * ```
 */
export async function load(place: string | URLLike | Place, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const bytes = await placeOf('load', place).read();
  if (bytes === undefined) throw new PlaceError(`load: there is nothing at ${nameOf(place)}: save a model there first`);
  return modelOf('load', bytes, options);
}

function nameOf(place: string | URLLike | Place): string {
  return typeof place === 'object' && 'read' in place ? 'that place' : String(place);
}
