import { Parameter } from '../tensor.js';
import { checkOptions, fail, func, positiveInt, refuse } from '../validate.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { floatsAt } from '../wasm/memory.js';
import type { Layer } from './layer.js';

/** What a pass of a {@link customLayer} is told. */
export interface LayerInfo {
  /** Rows at hand. */
  readonly rows: number;
  /** Numbers a row that it reads. */
  readonly inputs: number;
  /** Numbers a row that it gives. */
  readonly outputs: number;
  /** Whether gradients of this pass will be asked for. */
  readonly training: boolean;
  /** What it reads: [rows, inputs]. */
  readonly x: Float32Array;
  /** What it gave for that: [rows, outputs]. */
  readonly y: Float32Array;
}

/** Options of {@link customLayer}. Arrays that are passed are valid during the call only. */
export interface CustomLayerOptions {
  /** Its name in errors and summaries. Default 'customLayer'. */
  readonly name?: string;
  /** Numbers a row that it reads. Left out, it takes any number. */
  readonly inputs?: number;
  /** How many numbers a row it gives for so many read. */
  readonly outputs: (inputs: number) => number;
  /** Its parameters by name; the model that gets the layer owns them. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Writes y[rows, outputs], which comes as zeros, for x[rows, inputs]; or returns it. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly forward: (x: Float32Array, y: Float32Array, info: LayerInfo) => ArrayLike<number> | void;
  /**
   * Writes dx[rows, inputs], which comes as zeros, for the gradient dy[rows, outputs] of the same batch; or returns it. Adds to each
   * parameter's `grad`, which is cleared before where it should be.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly backward: (dy: Float32Array, dx: Float32Array, info: LayerInfo) => ArrayLike<number> | void;
}

/**
 * A layer of one's own, for {@link sequential}. Its passes run in JavaScript, once a batch; all else stays in the fused loop.
 *
 * They must not change what they read, keep an array, or make tensors, models or optimizers. What they throw comes out of the call that runs
 * the model: `fit` leaves model and optimizer as of the last completed step.
 *
 * @param options - see {@link CustomLayerOptions}
 * @throws TypeError or RangeError for wrong options. Training throws RangeError before its first step when a pass gives the wrong number of
 *   numbers, or out of finite ones some that are not
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
  checkOptions('customLayer', options, ['name', 'inputs', 'outputs', 'parameters', 'forward', 'backward']);
  const { name = 'customLayer', inputs, outputs, parameters = {}, forward, backward } = options;
  if (typeof name !== 'string') refuse(TypeError, 'customLayer: name', 'be a string', name);
  if (inputs !== undefined) positiveInt(`${name}: inputs`, inputs);
  for (const [option, value] of Object.entries({ outputs, forward, backward })) {
    func(`${name}: ${option}`, value);
  }
  for (const [key, value] of Object.entries(parameters)) {
    if (!(value instanceof Parameter)) {
      refuse(TypeError, `${name}: parameters.${key}`, 'be a parameter', value);
    }
  }
  const outputsFor = (inputs: number) => {
    const width = outputs(inputs);
    positiveInt(`${name}: outputs(${inputs})`, width);
    return width;
  };
  return {
    name,
    inputs,
    parameters,
    outputs: outputsFor,
    forward(program, x, inputs) {
      const outputs = outputsFor(inputs);
      const { training } = program;
      const y = program.buffer(outputs);
      /** Appends a call that reads `from` (the input where 0) and gives `to`, with so many numbers a row. */
      const push = (pass: 'forward' | 'backward', from: Pointer, read: number, to: Pointer, given: number) => {
        let strict = program.strict;
        program.host((rows, xAt, _y, _weights, accumulate) => {
          const fromAt = from || xAt;
          const size = rows * given;
          const out = floatsAt(to, size).fill(0);
          const info = {
            rows,
            inputs,
            outputs,
            training,
            x: floatsAt(xAt, rows * inputs),
            y: floatsAt(y, rows * outputs),
          };
          if (pass === 'backward' && !accumulate) for (const { grad } of Object.values(parameters)) grad.fill(0);
          const result = options[pass](floatsAt(fromAt, rows * read), out, info) ?? out;
          if (Object(result).length !== size) {
            refuse(RangeError, `${name}: ${pass}`, `give ${size} numbers (${rows} rows of ${given})`, result);
          }
          if (result !== out) out.set(result);
          const { allFinite_f32 } = kernels();
          if (strict && allFinite_f32(fromAt, rows * read) && !allFinite_f32(to, size)) {
            const at = out.findIndex((value) => !Number.isFinite(value));
            fail(RangeError, `${name}: ${pass}`, 'give finite numbers for finite ones', `${out[at]} at ${at}`);
          }
          strict = false;
          return 0;
        }, x);
      };
      push('forward', x, inputs, y, outputs);
      return {
        y,
        backward(dy) {
          const dx = program.buffer(inputs);
          push('backward', dy, outputs, dx, inputs);
          return dx;
        },
      };
    },
  };
}
