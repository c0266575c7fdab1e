import { Parameter } from '../tensor.js';
import { fail, func, positiveInt, readOptions, refuse, string, unchecked } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { floatsAt } from '../wasm/memory.js';
import type { HostFunction } from '../wasm/modelKernels.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { HostArray } from './hostArrays.js';
import type { Layer } from './layer.js';

/** Details of a pass through a {@link customLayer}. */
export interface LayerInfo {
  /** Number of rows. */
  readonly rows: number;
  /** Number of input features. */
  readonly inputs: number;
  /** Number of output features. */
  readonly outputs: number;
  /** True in training, where the backward pass follows. */
  readonly training: boolean;
  /** Its inputs [rows, inputs]. */
  readonly x: Float32Array;
  /** Its outputs [rows, outputs]. */
  readonly y: Float32Array;
}

/** Options of {@link customLayer}. The arrays of a call are copies, valid during the call only. */
export interface CustomLayerOptions {
  /** Its name in errors and summaries. Default 'customLayer'. */
  readonly name?: string | undefined;
  /** Number of input features. Left out, it takes any number. */
  readonly inputs?: number | undefined;
  /** Number of output features for the given number of input features. */
  readonly outputs: (inputs: number) => number;
  /** Its parameters by name; the model that gets the layer owns them. No other layer of the model may have them too. */
  readonly parameters?: Readonly<Record<string, Parameter>> | undefined;
  /** Writes y[rows, outputs], which holds zeros at first, for x[rows, inputs]; or returns it. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly forward: (x: Float32Array, y: Float32Array, info: LayerInfo) => ArrayLike<number> | void;
  /**
   * Writes dx[rows, inputs], which holds zeros at first, for the gradient dy[rows, outputs] of the same batch; or returns it. Adds to each
   * parameter's `grad`, which is cleared before where it should be.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly backward: (dy: Float32Array, dx: Float32Array, info: LayerInfo) => ArrayLike<number> | void;
}

/**
 * A layer of your own, for {@link sequential}. Its passes run in JavaScript, once per batch; everything else stays in the fused loop.
 *
 * They may use tensors and models: `predict` of the same model has buffers of its own, a second pass of training throws BusyError. The call
 * that runs the model throws an error of theirs: `fit` leaves model and optimizer as of the last completed step.
 *
 * @param options - see {@link CustomLayerOptions}
 * @throws TypeError or RangeError for wrong options. Training throws RangeError before its first step when a pass gives the wrong number of
 *   numbers, or turns finite numbers into others
 * @example
 * ```ts
 * import { customLayer, linear, parameter, sequential } from 'adamas';
 * const scale = parameter([2]);
 * const scaled = customLayer({
 *   outputs: (inputs) => inputs,
 *   parameters: { scale },
 *   forward: (x, y) => y.set(x.map((value) => value * scale.data[0]!)),
 *   backward(dy, dx, { x }) {
 *     dy.forEach((d, i) => {
 *       dx[i] = d * scale.data[0]!;
 *       scale.grad[0]! += d * x[i]!;
 *     });
 *   },
 * });
 * const model = sequential(linear(1, 1, { init: 'zeros' }), scaled);
 * model.parameters()[1]!.set([3]); // The bias.
 * console.log(model.predict(new Float32Array([1]))[0]); // 6
 * console.log(model.lossAndGrad('mse', new Float32Array([1]), [5]), scale.grad[0]); // 1 6
 * model.dispose();
 * ```
 */
export function customLayer(options: CustomLayerOptions): Layer {
  const { name, inputs, outputs, parameters, forward, backward } = readOptions('customLayer', options, {
    name: [string, 'customLayer'],
    inputs: [unchecked, undefined],
    outputs: [unchecked],
    parameters: [unchecked, {}],
    forward: [unchecked],
    backward: [unchecked],
  });
  if (inputs !== undefined) positiveInt(`${name}: inputs`, inputs);
  for (const [option, value] of Object.entries({ outputs, forward, backward })) func(`${name}: ${option}`, value);
  const entries = Object.entries(parameters);
  entries.forEach(([key, value], i) => {
    if (!(value instanceof Parameter)) refuse(TypeError, `${name}: parameters.${key}`, 'be a parameter', value);
    const twin = entries.findIndex(([, other]) => other === value);
    if (twin < i) fail(RangeError, `${name}: parameters.${key}`, 'be given once', `that of ${entries[twin]![0]} again`);
  });
  const outputsFor = (inputs: number) => {
    const width = outputs(inputs);
    positiveInt(`${name}: outputs(${inputs})`, width);
    return width;
  };
  const callbacks: Callbacks = { forward, backward, parameters };
  return {
    name,
    inputs,
    parameters,
    outputs: outputsFor,
    forward(graph, x, inputs) {
      const outputs = outputsFor(inputs);
      const y = graph.buffer(outputs);
      const { training, strict } = graph;
      const place = { name, inputs, outputs, training, strict, y };
      graph.host(callbacks, passOf('forward', { ...place, from: x, read: inputs, to: y, written: outputs }), x);
      return {
        y,
        backward(dy) {
          const dx = graph.buffer(inputs);
          graph.host(callbacks, passOf('backward', { ...place, from: dy, read: outputs, to: dx, written: inputs }), x);
          return dx;
        },
      };
    },
  };
}

/** The callbacks of a layer: only the layer itself holds them, see `registerHost`. */
type Callbacks = Required<Pick<CustomLayerOptions, 'forward' | 'backward'>> & {
  readonly parameters: Readonly<Record<string, Parameter>>;
};

/** The memory of a pass. */
interface Place extends Pick<LayerInfo, 'inputs' | 'outputs' | 'training'> {
  readonly name: string;
  readonly strict: boolean;
  /** Address of the layer's outputs. */
  readonly y: Pointer;
  /** Address of what the pass reads, 0 for the input rows, and numbers per row there. */
  readonly from: Pointer;
  readonly read: number;
  /** Address of what it writes, and numbers per row there. */
  readonly to: Pointer;
  readonly written: number;
}

/** One pass as the op `host` calls it. */
function passOf(pass: 'forward' | 'backward', place: Place): HostFunction<Callbacks> {
  const { name, inputs, outputs, training, y, from, read, to, written } = place;
  let { strict } = place;
  const [source, target, inputRows, outputRows] = [new HostArray(), new HostArray(), new HostArray(), new HostArray()];
  return (callbacks, rows, xAt, _y, _weights, accumulate) => {
    const fromAt = from || xAt;
    const size = rows * written;
    const given = source.copy(fromAt, rows * read);
    const out = target.zeros(size);
    const info = {
      rows,
      inputs,
      outputs,
      training,
      get x() {
        return pass === 'forward' ? given : inputRows.copy(xAt, rows * inputs);
      },
      get y() {
        return pass === 'forward' ? out : outputRows.copy(y, rows * outputs);
      },
    };
    if (pass === 'backward' && !accumulate) for (const { grad } of Object.values(callbacks.parameters)) grad.fill(0);
    const result = callbacks[pass](given, out, info) ?? out;
    if (Object(result).length !== size) {
      refuse(RangeError, `${name}: ${pass}`, `give ${size} numbers (${rows} rows of ${written})`, result);
    }
    floatsAt(to, size).set(result);
    const { allFinite_f32 } = modelKernels();
    if (strict && allFinite_f32(fromAt, rows * read) && !allFinite_f32(to, size)) {
      const values = floatsAt(to, size);
      const at = values.findIndex((value) => !Number.isFinite(value));
      fail(RangeError, `${name}: ${pass}`, 'give finite numbers for finite ones', `${values[at]} at ${at}`);
    }
    strict = false;
    return 0;
  };
}
