// The layers of a model as JSON, and back.
import type { Layer } from '../../nn/layer.js';
import type { Model } from '../../nn/model.js';
import { sequential } from '../../nn/sequential.js';
import { disposeOnError } from '../../resources.js';
import { type OptionTable, readOptions, show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asArray, asObject, type Json, type JsonObject } from '../json.js';
import type { Entry } from '../safetensors/parse.js';
import { kindNames, kindOf, specOf } from './layerKinds.js';

/** A custom layer in a file, for the function that recreates it. */
export interface CustomLayerInfo {
  /** Its key in a state dict: its place among the layers, from 0. */
  readonly key: string;
  /** The shapes of its parameters by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** Functions that recreate custom layers, by the layers' names. */
export type LayerMakers = Readonly<Record<string, (info: CustomLayerInfo) => Layer>>;

/** Deepest nesting of models that is written, well within what is read. */
const MAX_DEPTH = 100;

/** The layers as JSON; those of a nested model are an entry of their own. A layer written in JavaScript is stored by its name. */
export function describeLayers(call: string, { namedLayers }: Model): Json[] {
  const depth = Math.max(...namedLayers.map(([key]) => key.split('.').length));
  if (depth > MAX_DEPTH) throw new RangeError(`${call}: model must nest at most ${MAX_DEPTH} deep, got ${depth}`);
  return describe(
    call,
    namedLayers.map(([key, layer]) => [key.split('.'), layer]),
  );
}

function describe(call: string, layers: readonly (readonly [path: readonly string[], layer: Layer])[]): Json[] {
  const places = [...new Set(layers.map(([[place]]) => place))];
  return places.map((place) => {
    const within = layers.filter(([path]) => path[0] === place);
    const [[path, layer]] = within as [(typeof within)[0]];
    if (path.length > 1)
      return {
        type: 'sequential',
        layers: describe(
          call,
          within.map(([path, one]) => [path.slice(1), one]),
        ),
      };
    const spec = specOf(layer) ?? { type: 'custom', name: layer.name };
    if (spec.type !== 'custom' && kindOf(spec.type) === undefined)
      throw new TypeError(`${call}: ${layer.name} has no form in files: add it to LAYER_KINDS`);
    return spec as JsonObject;
  });
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

/** Source of layers. */
interface Source {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly makers: LayerMakers;
  /** Takes over a layer, which is freed if another one cannot be made. */
  own(layer: Layer): void;
}

/**
 * Makes the model of such JSON, with any state. Nothing is allocated for a layer before its tensors are found in the file, so that a model
 * takes no more memory than its file.
 */
export function makeModel(
  call: string,
  json: Json | undefined,
  entries: ReadonlyMap<string, Entry>,
  makers: LayerMakers,
): Model {
  return disposeOnError((use) => {
    const own = (layer: Layer) => void use({ dispose: () => disposeLayer(layer) });
    return makeSequence(`${call}: layers`, '', json, { entries, makers, own });
  });
}

/** Makes a model, or one within another, whose keys in a state dict begin with `prefix`. */
function makeSequence(path: string, prefix: string, json: Json | undefined, source: Source): Model {
  const parts = asArray(path, json).map((one, i) => {
    const { type, ...given } = asObject(`${path}[${i}]`, one);
    const key = `${prefix}${i}`;
    if (type === 'sequential') return makeSequence(`${path}[${i}].layers`, `${key}.`, given.layers, source);
    const layer =
      type === 'custom'
        ? makeCustom(`${path}[${i}]`, key, given, source)
        : make(`${path}[${i}]`, key, type, given, source);
    source.own(layer);
    return layer;
  });
  return asFormatError(() => sequential(...parts));
}

function make(path: string, key: string, type: Json | undefined, given: JsonObject, { entries }: Source): Layer {
  const kind = typeof type === 'string' ? kindOf(type) : undefined;
  if (kind === undefined) {
    throw new FormatError(`${path}.type must be one of ${kindNames().join(', ')}, got ${show(type)}`);
  }
  return asFormatError(() => {
    const options = readOptions(path, given, kind.options as OptionTable<JsonObject>, '.');
    for (const [name, shape] of Object.entries(kind.shapes(options))) {
      const entry = entries.get(`${key}.${name}`);
      if (entry?.dtype !== 'F32' || show(entry.shape) !== show(shape)) {
        const got = entry ? `${entry.dtype} ${show(entry.shape)}` : 'none';
        throw new FormatError(`${path}: the tensor "${key}.${name}" must be F32 ${show(shape)}, got ${got}`);
      }
    }
    return kind.make(options);
  });
}

function makeCustom(path: string, key: string, { name }: JsonObject, { entries, makers }: Source): Layer {
  if (typeof name !== 'string') throw new FormatError(`${path}.name must be a string, got ${show(name)}`);
  const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (typeof maker !== 'function') {
    throw new TypeError(
      `${path} is written in JavaScript, which no file holds: pass layers: { ${show(name)}: () => the layer }`,
    );
  }
  const prefix = `${key}.`;
  const own = [...entries].filter(([key]) => key.startsWith(prefix));
  const shapes = Object.fromEntries(own.map(([key, { shape }]) => [key.slice(prefix.length), shape]));
  const layer = maker({ key, shapes });
  if (typeof Object(layer).forward !== 'function') {
    throw new TypeError(`layers[${show(name)}] must return a layer, got ${show(layer)}`);
  }
  return layer;
}
