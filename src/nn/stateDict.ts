import type { LoadOptions } from '../optim/stateDict.js';
import type { Tensor } from '../tensor.js';
import { boolean, fail, isFloat32Array, readOptions, refuse, show, unchecked, wayFromText } from '../validate.js';
import { outlasting } from '../wasm/memory.js';
import type { Layer } from './layer.js';

/** A tensor as plain data. */
export interface StateTensor {
  /** The length of each axis, outermost first. */
  readonly shape: readonly number[];
  /** Its numbers in row-major order. */
  readonly data: Float32Array;
}

/**
 * A model's parameters and buffers by the keys of torch's `nn.Sequential`: `0.weight`, `0.bias`, `2.weight`, ..., of a nested model
 * `1.0.weight`.
 */
export type ModelStateDict = Record<string, StateTensor>;

/** Options of {@link Model.loadStateDict}. */
export interface ModelLoadOptions extends LoadOptions {
  /** The key in this model for each key of the dict: a function, or the keys that differ, `{ 'fc1.weight': '0.weight' }`. */
  readonly rename?: ((key: string) => string) | Readonly<Record<string, string>> | undefined;
}

/** Layers with their keys in a state dict. */
type NamedLayers = readonly (readonly [key: string, layer: Layer])[];

/** The tensors of a state dict; of each layer its parameters, then its buffers. */
function stateOf(layers: NamedLayers): [key: string, tensor: Tensor][] {
  return layers.flatMap(([key, { parameters, buffers }]) =>
    Object.entries<Tensor>({ ...parameters, ...buffers }).map(([name, tensor]): [string, Tensor] => [
      `${key}.${name}`,
      tensor,
    ]),
  );
}

/** The dict under other keys. */
function renamed(dict: ModelStateDict, rename: NonNullable<ModelLoadOptions['rename']>): ModelStateDict {
  if (typeof rename !== 'function' && (typeof rename !== 'object' || rename === null)) {
    refuse(TypeError, 'loadStateDict: rename', 'be a function, or an object of keys by keys', rename);
  }
  const out: ModelStateDict = {};
  for (const [key, tensor] of Object.entries(dict)) {
    const to: unknown = typeof rename === 'function' ? rename(key) : Object.hasOwn(rename, key) ? rename[key] : key;
    if (typeof to !== 'string') refuse(TypeError, `loadStateDict: rename of ${show(key)}`, 'be a key', to);
    if (Object.hasOwn(out, to)) fail(RangeError, 'loadStateDict: rename', 'give distinct keys', `${show(to)} twice`);
    out[to] = tensor;
  }
  return out;
}

/** The state of some layers, copied. */
export function writeModelState(layers: NamedLayers): ModelStateDict {
  const entries = stateOf(layers).map(([key, { shape, data }]) => [key, { shape: [...shape], data: data.slice() }]);
  return Object.fromEntries(entries);
}

/** Loads a state. Checks the whole dict before it changes anything. Returns a line for each entry left out. */
export function readModelState(layers: NamedLayers, given: ModelStateDict, options: ModelLoadOptions): string[] {
  const { strict, rename } = readOptions('loadStateDict', options, {
    strict: [boolean, true],
    rename: [unchecked, undefined],
  });
  if (typeof given !== 'object' || given === null) {
    refuse(TypeError, 'loadStateDict: dict', `be an object of tensors by name${wayFromText(given)}`, given);
  }
  const dict = rename === undefined ? given : renamed(given, rename);
  const leftOut: string[] = [];
  const complain = (message: string, Kind: new (message: string) => Error = RangeError) => {
    if (strict) throw new Kind(`loadStateDict: ${message}`);
    leftOut.push(`loadStateDict: ${message}`);
  };
  const state = stateOf(layers);
  const found: [to: Float32Array, from: ArrayLike<number>][] = [];
  for (const [key, tensor] of state) {
    const { shape, data }: Partial<StateTensor> = Object(dict[key]);
    const path = `dict[${show(key)}]`;
    if (dict[key] === undefined) complain(`dict must hold ${show(key)} of shape ${show(tensor.shape)}, got none`);
    else if (!Array.isArray(shape) || !isFloat32Array(data)) {
      const got =
        typeof data === 'string' ? 'data as text: pass the dict through decodeStateDict first' : show(dict[key]);
      complain(`${path} must be { shape, data: Float32Array }, got ${got}`, TypeError);
    } else if (show(shape) !== show(tensor.shape)) {
      complain(`${path} must have shape ${show(tensor.shape)} like the model, got ${show(shape)}`);
    } else if (data.length !== tensor.size) {
      complain(`${path}.data must hold ${tensor.size} numbers for shape ${show(shape)}, got ${data.length}`);
    } else found.push([tensor.data, outlasting(data)]); // a view may be of what is loaded before it
  }
  for (const key of Object.keys(dict)) {
    if (!state.some(([known]) => known === key)) {
      complain(`dict must hold nothing but ${state.map(([known]) => known).join(', ')}, got ${show(key)}`);
    }
  }
  // Nothing is refused from here on.
  for (const [to, from] of found) to.set(from);
  return leftOut;
}
