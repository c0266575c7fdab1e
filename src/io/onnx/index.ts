import { type Exportable, type ExportOptions, exportedModel } from '../exportedModel.js';
import { OnnxGraph } from './graph.js';
import { ONNX_LAYERS } from './layers.js';

/** Largest size of a protobuf message, in bytes. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * A model as an ONNX file, for onnxruntime and other engines: opset 17, IR version 8.
 *
 * It reads `features`, float32 [batch, D], and gives `outputs`, float32 [batch, K], for any batch. Normalization is its first operator, so that
 * it takes the features as they are; dropout is left out. The names of classes are its metadata `classes`, as JSON.
 *
 * Source: https://github.com/onnx/onnx/blob/main/docs/IR.md.
 *
 * @param model - the model, or `{ model, schema }`
 * @param options - see {@link ExportOptions}
 * @returns the file
 * @throws TypeError or RangeError for wrong arguments, a layer written in JavaScript, or more than 2 GiB; UseAfterDisposeError
 * @example
 * ```ts no-run
 * import { softmaxRegression } from 'adamas';
 * import { toONNX } from 'adamas/io';
 * import { InferenceSession, Tensor } from 'onnxruntime-web';
 * const bytes = toONNX(softmaxRegression({ inputs: 4, classes: 3 }), { probabilities: true });
 * const session = await InferenceSession.create(bytes);
 * const { outputs } = await session.run({ features: new Tensor('float32', new Float32Array(8), [2, 4]) });
 * console.log(outputs!.dims); // [ 2, 3 ]
 * ```
 */
export function toONNX(model: Exportable, options: ExportOptions = {}): Uint8Array<ArrayBuffer> {
  const { model: from, layers, classes, activation } = exportedModel('toONNX', model, options);
  const size = layers.reduce(
    (sum, { tensors }) => Object.values(tensors).reduce((bytes, { data }) => bytes + data.byteLength, sum),
    0,
  );
  if (size > MAX_BYTES - 2 ** 20) throw new RangeError(`toONNX: model must take less than 2 GiB, got ${size} bytes`);
  const graph = new OnnxGraph();
  let x = 'features';
  for (const layer of layers) {
    const translate = ONNX_LAYERS[layer.spec.type];
    if (!translate) throw new TypeError(`toONNX: ${layer.spec.type} has no form in ONNX: add it to ONNX_LAYERS`);
    x = translate(graph, x, layer);
  }
  if (activation !== undefined) graph.node(activation === 'softmax' ? 'Softmax' : 'Sigmoid', [x]);
  return graph.model(
    ['features', from.inputs],
    ['outputs', from.outputs],
    classes === undefined ? {} : { classes: JSON.stringify(classes) },
  );
}
