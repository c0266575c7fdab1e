// Graphs of ONNX: https://github.com/onnx/onnx/blob/main/docs/IR.md, fields as onnx/onnx.proto numbers them.
import { bytes, type Chunk, encode, float, int, message, text } from './protobuf.js';

/** onnx.proto, `TensorProto.DataType`. */
const FLOAT = 1;
export const INT64 = 7;
/** onnx.proto, `AttributeProto.AttributeType`. */
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** An attribute of a node: a float, or a whole number of at least 0. */
export type Attribute = { readonly float: number } | { readonly int: number };

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph from one input [batch, inputs] to one output [batch, outputs], as it grows. */
export class OnnxGraph {
  readonly #nodes: Node[] = [];
  readonly #constants: Chunk[] = [];

  /** Adds an array of numbers, and returns its name. */
  constant(shape: readonly number[], data: Float32Array): string {
    const name = `constant${this.#constants.length}`;
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // TensorProto: dims, data_type, name, raw_data.
    this.#constants.push(
      message(5, [...shape.map((axis) => int(1, axis)), int(2, FLOAT), text(8, name), bytes(9, raw)]),
    );
    return name;
  }

  /** Adds one number that is combined with every element. */
  scalar(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  /** Adds a node, and returns the name of its output. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `value${this.#nodes.length}`;
    this.#nodes.push({ op, inputs, output, attributes });
    return output;
  }

  /**
   * The model of this graph: IR version 8, operators of opset 17.
   *
   * @param input - name and width of the input
   * @param output - name and width of the output, which the last node gives
   * @param metadata - texts by name
   */
  model(
    input: readonly [name: string, width: number],
    output: readonly [name: string, width: number],
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array<ArrayBuffer> {
    if (this.#nodes.length === 0) this.node('Identity', [input[0]]);
    this.#nodes.at(-1)!.output = output[0];
    // GraphProto: node, name, initializer, input, output.
    const graph = [
      ...this.#nodes.map((node, i) => message(1, nodeFields(node, i))),
      text(2, 'model'),
      ...this.#constants,
      message(11, valueFields(...input)),
      message(12, valueFields(...output)),
    ];
    // ModelProto: ir_version, producer_name, graph, opset_import, metadata_props.
    return encode([
      int(1, 8),
      text(2, 'adamas'),
      message(7, graph),
      message(8, [text(1, ''), int(2, 17)]),
      ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
    ]);
  }
}

/** NodeProto: input, output, name, op_type, attribute. */
function nodeFields({ op, inputs, output, attributes }: Node, i: number): Chunk[] {
  return [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, `${op}${i}`),
    text(4, op),
    // AttributeProto: name, f or i, type.
    ...Object.entries(attributes).map(([name, value]) =>
      message(5, [
        text(1, name),
        ...('float' in value
          ? [float(2, value.float), int(20, ATTRIBUTE_FLOAT)]
          : [int(3, value.int), int(20, ATTRIBUTE_INT)]),
      ]),
    ),
  ];
}

/** ValueInfoProto: name, and type: a tensor of float [batch, width]. */
function valueFields(name: string, width: number): Chunk[] {
  const shape = message(2, [message(1, [text(2, 'batch')]), message(1, [int(1, width)])]);
  return [text(1, name), message(2, [message(1, [int(1, FLOAT), shape])])];
}
