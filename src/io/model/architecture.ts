// The layers of a model as JSON, and back.
import type { Layer } from '../../nn/layer.js';
import type { Model } from '../../nn/model.js';
import { sequential } from '../../nn/sequential.js';
import { disposeOnError } from '../../resources.js';
import { type OptionTable, readOptions, show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asArray, asObject, type Json, type JsonObject } from '../json.js';
import type { Entry } from '../safetensors/parse.js';
import { LAYER_KINDS, specOf } from './layerKinds.js';

/** A layer of one's own in a file, for the function that makes it anew. */
export interface CustomLayerInfo {
  /** Its place among the model's layers, from 0. */
  readonly index: number;
  /** The shapes of its parameters by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** Functions that make layers of one's own anew, by the layers' names. */
export type LayerMakers = Readonly<Record<string, (info: CustomLayerInfo) => Layer>>;

/** The layers as JSON. A layer written in JavaScript leaves its name. */
export function describeLayers({ layers }: Model): Json[] {
  return layers.map((layer) => (specOf(layer) ?? { type: 'custom', name: layer.name }) as JsonObject);
}

/** Rethrows what a check of a file's content throws as an error of the file. */
export function asFormatError<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    if (cause instanceof TypeError || cause instanceof RangeError) throw new FormatError(cause.message, { cause });
    throw cause;
  }
}

/** Frees what a layer holds that no model owns yet. */
function disposeLayer({ parameters, buffers, generator }: Layer): void {
  generator?.dispose();
  for (const one of Object.values({ ...parameters, ...buffers })) one.dispose();
}

/**
 * Makes the model of such JSON, with any state. Nothing is allocated for a layer before the file is seen to have its tensors, so that a model
 * takes no more memory than its file.
 */
export function makeModel(
  call: string,
  json: Json | undefined,
  entries: ReadonlyMap<string, Entry>,
  makers: LayerMakers,
): Model {
  const list = asArray(`${call}: layers`, json);
  return disposeOnError((use) => {
    const layers = list.map((one, i) => {
      const path = `${call}: layers[${i}]`;
      const { type, ...given } = asObject(path, one);
      const layer =
        type === 'custom' ? makeCustom(path, i, given, entries, makers) : make(path, i, type, given, entries);
      use({ dispose: () => disposeLayer(layer) });
      return layer;
    });
    return asFormatError(() => sequential(...layers));
  });
}

function make(path: string, i: number, type: Json | undefined, given: JsonObject, entries: ReadonlyMap<string, Entry>) {
  if (typeof type !== 'string' || !Object.hasOwn(LAYER_KINDS, type)) {
    throw new FormatError(`${path}.type must be one of ${Object.keys(LAYER_KINDS).join(', ')}, got ${show(type)}`);
  }
  const kind = LAYER_KINDS[type]!;
  return asFormatError(() => {
    const options = readOptions(path, given, kind.options as OptionTable<JsonObject>, '.');
    for (const [name, shape] of Object.entries(kind.shapes(options))) {
      const key = `${i}.${name}`;
      const entry = entries.get(key);
      if (entry?.dtype !== 'F32' || show(entry.shape) !== show(shape)) {
        const got = entry ? `${entry.dtype} ${show(entry.shape)}` : 'none';
        throw new FormatError(`${path}: the tensor ${show(key)} must be F32 ${show(shape)}, got ${got}`);
      }
    }
    return kind.make(options);
  });
}

function makeCustom(
  path: string,
  index: number,
  { name }: JsonObject,
  entries: ReadonlyMap<string, Entry>,
  makers: LayerMakers,
): Layer {
  if (typeof name !== 'string') throw new FormatError(`${path}.name must be a string, got ${show(name)}`);
  const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (typeof maker !== 'function') {
    throw new TypeError(
      `${path} is written in JavaScript, which no file holds: pass layers: { ${JSON.stringify(name)}: () => the layer }`,
    );
  }
  const prefix = `${index}.`;
  const own = [...entries].filter(([key]) => key.startsWith(prefix));
  const shapes = Object.fromEntries(own.map(([key, { shape }]) => [key.slice(prefix.length), shape]));
  const layer = maker({ index, shapes });
  if (typeof Object(layer).forward !== 'function') {
    throw new TypeError(`layers[${JSON.stringify(name)}] must return a layer, got ${show(layer)}`);
  }
  return layer;
}
