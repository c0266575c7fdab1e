import { type Exportable, type ExportedLayer, type ExportOptions, exportedModel } from '../exportedModel.js';
import { FUNCTIONS } from './functions.js';

/** The numbers of all layers in one list; each array is known by its place in it. */
class Numbers {
  readonly #arrays: Float32Array[] = [];
  #length = 0;

  /** Adds an array, and returns the module's expression for it; `undefined` for none. */
  add(data: Float32Array | undefined): string {
    if (data === undefined) return 'undefined';
    this.#arrays.push(data);
    this.#length += data.length;
    return `numbers.subarray(${this.#length - data.length}, ${this.#length})`;
  }

  /** All of them as base64 of little-endian float32. */
  base64(): string {
    const bytes = new Uint8Array(4 * this.#length);
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of this.#arrays) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }
}

/** The call that a layer becomes, on rows `x`; undefined where it changes nothing. */
function callOf({ spec, tensors, inputs, outputs }: ExportedLayer, numbers: Numbers): string | undefined {
  const [weight, bias] = [tensors.weight?.data, tensors.bias?.data];
  const add = (name: string) => numbers.add(tensors[name]!.data);
  switch (spec.type) {
    case 'linear':
      return `linear(x, rows, ${inputs}, ${outputs}, ${numbers.add(weight)}, ${numbers.add(bias)})`;
    case 'embedding':
      return `embedding(x, ${spec.count}, ${spec.size}, ${numbers.add(weight)})`;
    case 'normalization':
    case 'targetScaling':
      return `${spec.type}(x, ${inputs}, ${add('mean')}, ${add('std')})`;
    case 'batchNorm': {
      const scale = `${numbers.add(weight)}, ${numbers.add(bias)}`;
      return `batchNorm(x, ${inputs}, ${spec.eps}, ${scale}, ${add('running_mean')}, ${add('running_var')})`;
    }
    case 'layerNorm':
      return `layerNorm(x, rows, ${inputs}, ${spec.eps}, ${numbers.add(weight)}, ${numbers.add(bias)})`;
    case 'dropout':
      return undefined;
    case 'leakyRelu':
      return `leakyRelu(x, ${spec.slope})`;
    case 'elu':
      return `elu(x, ${spec.alpha})`;
    case 'gelu':
      return spec.approximate === 'tanh' ? 'geluTanh(x)' : 'gelu(x)';
    default:
      return `${spec.type}(x)`;
  }
}

/**
 * A model as the text of an ES module that only predicts, and depends on nothing: for a page that should not load all of adamas.
 *
 * It exports `predict(rows)`, which takes rows of numbers, as arrays or one after the other, and returns their outputs one after the other, a
 * Float32Array [rows, K] within 1e-5 of `model.predict`. It exports `inputs` and `outputs`, the numbers per row, and `classes` where their names are known.
 *
 * @param model - the model, or `{ model, schema }`
 * @param options - see {@link ExportOptions}
 * @returns the module's text; all numbers are in it
 * @throws TypeError or RangeError for wrong arguments, and for a layer written in JavaScript; UseAfterDisposeError
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * import { toJavaScript } from 'adamas/io';
 * const text = toJavaScript(sequential(linear(2, 1, { init: 'zeros' })));
 * const { predict } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
 * console.log(predict([[1, 2], [3, 4]])); // Float32Array(2) [ 0, 0 ]
 * ```
 */
export function toJavaScript(model: Exportable, options: ExportOptions = {}): string {
  const { model: from, layers, classes, activation } = exportedModel('toJavaScript', model, options);
  const numbers = new Numbers();
  const calls = layers.flatMap((layer) => callOf(layer, numbers) ?? []);
  if (activation !== undefined)
    calls.push(activation === 'softmax' ? `softmax(x, rows, ${from.outputs})` : 'sigmoid(x)');
  const names = new Set(calls.map((call) => call.slice(0, call.indexOf('('))));
  if (names.has('gelu')) names.add('erf');
  for (const name of names) {
    if (!Object.hasOwn(FUNCTIONS, name))
      throw new TypeError(`toJavaScript: ${name} has no form in JavaScript: add it to FUNCTIONS`);
  }
  return `// A trained model, as adamas exported it: ${from.inputs} numbers per row in, ${from.outputs} out.

export const inputs = ${from.inputs};
export const outputs = ${from.outputs};
${classes === undefined ? '' : `export const classes = ${JSON.stringify(classes)};\n`}
/** Outputs for rows of numbers, as arrays or one after the other: a Float32Array with \`outputs\` numbers per row. */
export function predict(features) {
  let x = flatten(features);
  const rows = x.length / inputs;
${calls.map((call) => `  x = ${call};\n`).join('')}  return x;
}

function flatten(rows) {
  const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
  if (!isList(rows)) throw new TypeError('predict: rows must be an array of rows or of numbers, got ' + (rows === null ? 'null' : typeof rows));
  const flat = ArrayBuffer.isView(rows) ? rows : Array.from(rows).flatMap((row, i) => {
    if (!isList(row)) return row;
    if (row.length !== inputs) {
      throw new RangeError('predict: row ' + i + ' must hold ' + inputs + ' numbers, got ' + row.length);
    }
    return Array.from(row);
  });
  const wrong = flat.findIndex((value) => typeof value !== 'number');
  if (wrong >= 0) throw new TypeError('predict: rows must hold numbers, got ' + typeof flat[wrong] + ' at ' + wrong);
  if (flat.length % inputs !== 0) {
    throw new RangeError('predict: rows must hold rows of ' + inputs + ' numbers, got ' + flat.length + ' numbers');
  }
  return Float32Array.from(flat);
}

${Object.entries(FUNCTIONS)
  .filter(([name]) => names.has(name))
  .map(([, text]) => `${text}\n\n`)
  .join('')}/** All numbers of the model, as float32. */
const numbers = new Float32Array(
  Uint8Array.from(
    atob('${numbers.base64()}'),
    (character) => character.charCodeAt(0),
  ).buffer,
);
`;
}
