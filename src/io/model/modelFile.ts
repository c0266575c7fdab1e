// Models as bytes: a safetensors file with a description of the model among its metadata.
import type { CsvSchema, CsvSchemaData } from '../../data/csv/schema.js';
import type { RandomGenerator } from '../../generator.js';
import { type LossSpec, lossOf } from '../../nn/losses.js';
import { Model } from '../../nn/model.js';
import { disposeOnError } from '../../resources.js';
import { func, readOptions, refuse, show, unchecked } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asArray, asObject, type Json, type JsonObject } from '../json.js';
import type { TensorLike } from '../safetensors/build.js';
import { elementsOf } from '../safetensors/dtypes.js';
import { checkBytes } from '../safetensors/index.js';
import { asFormatError, describeLayers, type LayerMakers, makeModel } from './architecture.js';
import { pack, unpack } from './pack.js';
import { readSealed, type Sealed, writeSealed } from './seal.js';

/** The part of an optimizer that a file needs. */
interface AnyOptimizer {
  stateDict(): object;
}

/** Options of {@link save} and {@link toBytes}. */
export interface SaveOptions {
  /** A table, or its schema, by which rows become features. */
  readonly schema?: CsvSchema | undefined;
  /** An optimizer of this model, whose state goes with it. */
  readonly optimizer?: AnyOptimizer | undefined;
  /** Plain data of your own: texts, numbers, typed arrays, objects and arrays of them. */
  readonly meta?: unknown;
}

/** Options of {@link load} and {@link fromBytes}. */
export interface LoadModelOptions {
  /** Functions that recreate the layers written in JavaScript, by the layers' names. */
  readonly layers?: LayerMakers | undefined;
}

/** Result of {@link load} and {@link fromBytes}. */
export interface LoadedModel {
  /** The model, ready to predict and to train; yours to dispose. */
  readonly model: Model;
  /** The schema that was saved with it, as plain data: `csvSchema(schema)` of `adamas/datasets` encodes rows by it. */
  readonly schema: CsvSchemaData | undefined;
  /** The optimizer's class and state: `new Adam(model.parameters()).loadStateDict(optimizer.state)`. */
  // biome-ignore lint/suspicious/noExplicitAny: the state of any optimizer
  readonly optimizer: { readonly name: string; readonly state: any } | undefined;
  /** The data of your own that were saved with it. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever was saved
  readonly meta: any;
}

const generatorsOf = ({ layers }: Model): RandomGenerator[] => layers.flatMap(({ generator }) => generator ?? []);

/** The name of an optimizer's class, which no minifier changes. */
function classOf(optimizer: AnyOptimizer): string {
  const Class = optimizer.constructor as { readonly descriptor?: { readonly name: string } };
  return Class.descriptor?.name ?? 'LBFGS';
}

/** The description of a model in a file; its tensors are added to `tensors`. */
export function describeModel(
  call: string,
  model: Model,
  { schema, optimizer, meta }: SaveOptions,
  tensors: Record<string, TensorLike>,
): JsonObject {
  if (!(model instanceof Model)) refuse(TypeError, `${call}: model`, 'be a model', model);
  Object.assign(tensors, model.stateDict());
  const put = (path: string, value: unknown) => pack(call, path, value, tensors);
  if (optimizer !== undefined) func(`${call}: optimizer.stateDict`, Object(optimizer).stateDict);
  if (schema !== undefined) func(`${call}: schema.toJSON`, Object(schema).toJSON);
  const frozen = model.namedParameters().flatMap(([key, { requiresGrad }]) => (requiresGrad ? [] : [key]));
  return {
    layers: describeLayers(call, model),
    // A function cannot be saved: the loaded model has no loss.
    loss: typeof model.loss === 'function' || model.loss === undefined ? null : put('loss', model.loss),
    generators: generatorsOf(model).map(({ state }) => String(state)),
    ...(frozen.length > 0 && { frozen }),
    ...(model.classes && { classes: [...model.classes] }),
    ...(schema && { schema: put('schema', schema.toJSON()) }),
    ...(optimizer && {
      optimizer: { name: classOf(optimizer), state: put('optimizer', optimizer.stateDict()) },
    }),
    ...(meta !== undefined && { meta: put('meta', meta) }),
  };
}

/** Makes the model of a description. Removes the tensors that it uses from `unused`. */
export function rebuildModel(
  call: string,
  { description, entries }: Sealed,
  makers: LayerMakers,
  unused: Set<string>,
): Model {
  const { layers, loss, classes, generators, frozen = [] } = description;
  return disposeOnError((use) => {
    const model = use(makeModel(call, layers, entries, makers));
    const state = Object.keys(model.stateDict()).map((key) => {
      const entry = entries.get(key);
      if (entry?.dtype !== 'F32') throw new FormatError(`${call}: the tensor ${show(key)} must be F32, got none`);
      unused.delete(key);
      return [key, { shape: entry.shape, data: elementsOf(entry.dtype, entry.bytes) as Float32Array }] as const;
    });
    asFormatError(() => model.loadStateDict(Object.fromEntries(state)));
    const own = generatorsOf(model);
    const words = asArray(`${call}: generators`, generators);
    if (words.length !== own.length || !words.every(isWord)) {
      throw new FormatError(`${call}: generators must be the states of ${own.length} generators, got ${show(words)}`);
    }
    own.forEach((generator, i) => {
      generator.state = BigInt(words[i] as string);
    });
    const parameters = new Map(model.namedParameters());
    for (const key of asArray(`${call}: frozen`, frozen)) {
      const parameter = parameters.get(key as string);
      if (parameter === undefined) throw new FormatError(`${call}: frozen must name parameters, got ${show(key)}`);
      parameter.requiresGrad = false;
    }
    if (loss !== null) {
      const spec = unpack(`${call}: loss`, loss as Json, entries, unused) as LossSpec;
      asFormatError(() => lossOf(`${call}: loss`, spec).check?.(model.outputs));
      model.loss = spec;
    }
    if (classes !== undefined) {
      asFormatError(() => {
        model.classes = asArray(`${call}: classes`, classes) as readonly string[];
      });
    }
    return model;
  });
}

/** A word of 64 bits as a decimal number. */
function isWord(word: Json): boolean {
  return typeof word === 'string' && /^\d{1,20}$/.test(word) && BigInt(word) < 2n ** 64n;
}

/**
 * A model as the bytes of a safetensors file: parameters and buffers by torch's names, and everything else as metadata. The same model
 * gives the same bytes everywhere.
 *
 * @param model - the model; it may be fitted meanwhile, and is then taken as of its last step
 * @param options - see {@link SaveOptions}
 * @throws TypeError or RangeError for wrong arguments; UseAfterDisposeError
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * import { fromBytes, toBytes } from 'adamas/io';
 * const bytes = toBytes(sequential(linear(1, 1, { init: 'zeros' })), { meta: { made: 2026 } });
 * const { model, meta } = fromBytes(bytes);
 * console.log(model.predict(new Float32Array([5])), meta); // Float32Array(1) [ 0 ] { made: 2026 }
 * ```
 */
export function toBytes(model: Model, options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
  return modelBytes('toBytes', model, options);
}

export function modelBytes(call: string, model: Model, options: SaveOptions): Uint8Array<ArrayBuffer> {
  const any = [unchecked, undefined] as const;
  const read = readOptions(call, options, { schema: any, optimizer: any, meta: any });
  const tensors: Record<string, TensorLike> = {};
  return writeSealed(call, 'model', describeModel(call, model, read, tensors), tensors);
}

/**
 * Loads a model from the bytes of {@link toBytes}.
 *
 * The bytes may come from anywhere: a file that was cut off or changed is refused, by its SHA-256, and so is one whose parts do not fit each
 * other. Nothing is left in memory then.
 *
 * @param bytes - the whole file
 * @param options - see {@link LoadModelOptions}
 * @returns the model, and what was saved with it
 * @throws FormatError for bytes that are no such file, and for one of a newer version; TypeError for wrong arguments, and a custom layer that
 *   `layers` does not make; OutOfMemoryError
 * @example
 * ```ts
 * import { Adam, linear, sequential } from 'adamas';
 * import { fromBytes, toBytes } from 'adamas/io';
 * const first = sequential(linear(2, 1));
 * const { model, optimizer } = fromBytes(toBytes(first, { optimizer: new Adam(first.parameters(), { lr: 0.01 }) }));
 * const again = new Adam(model.parameters());
 * again.loadStateDict(optimizer!.state);
 * console.log(optimizer!.name, again.paramGroups[0]!.lr); // Adam 0.01
 * ```
 */
export function fromBytes(bytes: Uint8Array | ArrayBuffer, options: LoadModelOptions = {}): LoadedModel {
  return modelOf('fromBytes', bytes, options);
}

export function modelOf(call: string, bytes: Uint8Array | ArrayBuffer, options: LoadModelOptions): LoadedModel {
  const { layers = {} } = readOptions(call, options, { layers: [unchecked, undefined] });
  if (typeof layers !== 'object' || layers === null) refuse(TypeError, `${call}: layers`, 'be an object', layers);
  const file = readSealed(call, 'model', checkBytes(`${call}: bytes`, bytes));
  const { description, entries } = file;
  const unused = new Set(entries.keys());
  return disposeOnError((use) => {
    const model = use(rebuildModel(call, file, layers, unused));
    const get = (path: string, json: Json) => unpack(`${call}: ${path}`, json, entries, unused);
    const { schema, optimizer, meta } = description;
    const loaded: LoadedModel = {
      model,
      schema: schema === undefined ? undefined : (get('schema', asObject(`${call}: schema`, schema)) as CsvSchemaData),
      optimizer: optimizer === undefined ? undefined : optimizerOf(`${call}: optimizer`, optimizer, get),
      meta: meta === undefined ? undefined : get('meta', meta),
    };
    const [extra] = unused;
    if (extra !== undefined) throw new FormatError(`${call}: no part of the file owns the tensor ${show(extra)}`);
    return loaded;
  });
}

function optimizerOf(path: string, json: Json, get: (path: string, json: Json) => unknown) {
  const { name, state } = asObject(path, json);
  if (typeof name !== 'string') throw new FormatError(`${path}.name must be a string, got ${show(name)}`);
  return { name, state: get('optimizer.state', asObject(`${path}.state`, state)) };
}
