// Layers as operators of ONNX, opset 17: https://onnx.ai/onnx/operators/
import type { ExportedLayer } from '../exportedModel.js';
import { INT64, type OnnxGraph } from './graph.js';

/** Adds the operators of a layer over the value `x`, and returns the name of their output. */
type Translate = (graph: OnnxGraph, x: string, layer: ExportedLayer) => string;

/** A layer's own tensor as a constant. */
const own = (graph: OnnxGraph, { tensors }: ExportedLayer, name: string): string => {
  const { shape, data } = tensors[name]!;
  return graph.constant(shape, data);
};

/** The weight and bias of a layer that normalizes: ones and zeros where it has none. */
function scaleAndShift(graph: OnnxGraph, layer: ExportedLayer): [string, string] {
  const { inputs, spec } = layer;
  if (spec.affine) return [own(graph, layer, 'weight'), own(graph, layer, 'bias')];
  return [
    graph.constant([inputs], new Float32Array(inputs).fill(1)),
    graph.constant([inputs], new Float32Array(inputs)),
  ];
}

/** 0.5 x (1 + inner): both forms of GELU, which opset 17 has no operator for. */
function gelu(graph: OnnxGraph, x: string, inner: string): string {
  const sum = graph.node('Add', [inner, graph.scalar(1)]);
  return graph.node('Mul', [graph.node('Mul', [x, sum]), graph.scalar(0.5)]);
}

/** Every kind of layer, by its name in a file. */
export const ONNX_LAYERS: Readonly<Record<string, Translate>> = {
  linear(graph, x, layer) {
    const weight = own(graph, layer, 'weight');
    const bias = layer.spec.bias ? [own(graph, layer, 'bias')] : [];
    return graph.node('Gemm', [x, weight, ...bias], { transB: { int: 1 } });
  },
  embedding(graph, x, layer) {
    const indices = graph.node('Cast', [x], { to: { int: INT64 } });
    return graph.node('Flatten', [graph.node('Gather', [own(graph, layer, 'weight'), indices])], { axis: { int: 1 } });
  },
  normalization(graph, x, layer) {
    return graph.node('Div', [graph.node('Sub', [x, own(graph, layer, 'mean')]), own(graph, layer, 'std')]);
  },
  targetScaling(graph, x, layer) {
    return graph.node('Add', [graph.node('Mul', [x, own(graph, layer, 'std')]), own(graph, layer, 'mean')]);
  },
  batchNorm(graph, x, layer) {
    const [weight, bias] = scaleAndShift(graph, layer);
    const running = ['running_mean', 'running_var'].map((name) => own(graph, layer, name));
    const epsilon = { float: layer.spec.eps as number };
    return graph.node('BatchNormalization', [x, weight, bias, ...running], { epsilon });
  },
  layerNorm(graph, x, layer) {
    const epsilon = { float: layer.spec.eps as number };
    return graph.node('LayerNormalization', [x, ...scaleAndShift(graph, layer)], { epsilon });
  },
  dropout: (_, x) => x,
  relu: (graph, x) => graph.node('Relu', [x]),
  sigmoid: (graph, x) => graph.node('Sigmoid', [x]),
  softplus: (graph, x) => graph.node('Softplus', [x]),
  tanh: (graph, x) => graph.node('Tanh', [x]),
  leakyRelu: (graph, x, { spec }) => graph.node('LeakyRelu', [x], { alpha: { float: spec.slope as number } }),
  elu: (graph, x, { spec }) => graph.node('Elu', [x], { alpha: { float: spec.alpha as number } }),
  silu: (graph, x) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]),
  gelu(graph, x, { spec }) {
    if (spec.approximate === 'none') {
      return gelu(graph, x, graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)])]));
    }
    const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
    const sum = graph.node('Add', [x, graph.node('Mul', [cube, graph.scalar(0.044715)])]);
    return gelu(graph, x, graph.node('Tanh', [graph.node('Mul', [sum, graph.scalar(Math.sqrt(2 / Math.PI))])]));
  },
};
