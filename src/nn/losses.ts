import { checkOneOf, numberCheck, readOptions, refuse, unitInterval, weightList } from '../validate.js';
import { copyOf } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import { type CustomLoss, customLoss } from './customLoss.js';
import type { Loss } from './loss.js';

/**
 * The name of a loss. For B rows of K outputs p with targets t:
 *
 * - `'halfSquaredError'`: (p - t)^2 / 2, the mean over all elements (*Dive into Deep Learning*, chapter "Linear Regression").
 * - `'mse'`: (p - t)^2, the mean over all elements.
 * - `'l1'`: |p - t|, the mean over all elements.
 * - `'huber'`: (p - t)^2 / 2 where |p - t| < delta, else delta (|p - t| - delta / 2), the mean over all elements.
 * - `'binaryCrossEntropy'`: on logits: log(1 + exp(-p)) + (1 - t) p, the mean over all elements; t in [0, 1].
 * - `'crossEntropy'`: on logits: log(sum of exp(p)) - p[t], the mean over the rows; t is a class index.
 */
export type LossName = 'halfSquaredError' | 'mse' | 'l1' | 'huber' | 'binaryCrossEntropy' | 'crossEntropy';

/** A loss: its name, one of those with options, or a function of your own. */
export type LossSpec =
  | LossName
  | CustomLoss
  /** `delta`: distance at which the parabola ends; default 1. */
  | { readonly huber: { readonly delta?: number | undefined } }
  /**
   * `labelSmoothing`: share of the target that is spread over all classes, in [0, 1]; default 0. `classWeights`: a weight w for each class;
   * the loss is then torch's weighted mean, the sum of w[t] loss over the sum of w[t], for the rows of a batch.
   */
  | {
      readonly crossEntropy: {
        readonly labelSmoothing?: number | undefined;
        readonly classWeights?: ArrayLike<number> | undefined;
      };
    }
  /**
   * `classWeights`: weights [w0, w1] of the classes 0 and 1, for one output. The loss is then the weighted mean over the rows of a batch, the
   * sum of w loss over the sum of w, with w = (1 - t) w0 + t w1 for a target t.
   */
  | { readonly binaryCrossEntropy: { readonly classWeights?: ArrayLike<number> | undefined } };

/** The ops of the losses that are sums over elements. */
const OPS = {
  halfSquaredError: Op.halfSquaredError,
  mse: Op.mse,
  l1: Op.l1,
  huber: Op.huber,
  binaryCrossEntropy: Op.binaryCrossEntropy,
} as const;

/** The loss of this name or with these options; `label` names the argument in errors. */
export function lossOf(label: string, spec: LossSpec): Loss {
  if (typeof spec === 'function') return customLoss(label, spec);
  if (typeof spec !== 'object' || spec === null) {
    checkOneOf(label, spec, [...Object.keys(OPS), 'crossEntropy']);
    if (spec === 'crossEntropy') return crossEntropy(label, 0);
    return spec === 'huber' ? elementwiseLoss('huber', wordOf(1)) : elementwiseLoss(spec);
  }
  const [name, ...more] = Object.keys(spec);
  if (name === undefined || more.length > 0) {
    refuse(TypeError, label, "be a loss's name, or { name: options }", spec);
  }
  checkOneOf(label, name, ['huber', 'binaryCrossEntropy', 'crossEntropy']);
  const path = `${label}.${name}`;
  if ('huber' in spec) {
    const { delta } = readOptions(
      path,
      spec.huber,
      { delta: [numberCheck('a positive number', (x) => x > 0), 1] },
      '.',
    );
    return elementwiseLoss('huber', wordOf(delta));
  }
  if ('binaryCrossEntropy' in spec) {
    const table = { classWeights: [weightList, undefined] } as const;
    const { classWeights } = readOptions(path, spec.binaryCrossEntropy, table, '.');
    return classWeights === undefined ? elementwiseLoss('binaryCrossEntropy') : weightedBinary(path, classWeights);
  }
  const fields = { labelSmoothing: [unitInterval, 0], classWeights: [weightList, undefined] } as const;
  const { labelSmoothing, classWeights } = readOptions(path, spec.crossEntropy, fields, '.');
  return crossEntropy(path, labelSmoothing, classWeights);
}

/** A loss that is a sum over elements; its workspace takes a weight for each. */
function elementwiseLoss(name: keyof typeof OPS, ...constants: number[]): Loss {
  return {
    key: [name, ...constants].join(' '),
    takesClasses: false,
    takesProbabilities: name === 'binaryCrossEntropy',
    onLogits: name === 'binaryCrossEntropy',
    push(graph, dPrediction, prediction, outputs) {
      graph.reserve(4 * graph.capacity * outputs);
      graph.push(OPS[name], dPrediction, prediction, outputs, ...constants);
    },
  };
}

/** Binary cross-entropy of one output with a weight for each class; its workspace takes a weight for each row. */
function weightedBinary(label: string, classWeights: ArrayLike<number>): Loss {
  const weights = Array.from<number>(Object(classWeights));
  if (weights.length !== 2)
    refuse(RangeError, `${label}.classWeights`, 'hold 2 weights, one per class', weights.length);
  return {
    key: JSON.stringify(['binaryCrossEntropy', weights]),
    takesClasses: false,
    takesProbabilities: true,
    onLogits: true,
    check(outputs) {
      if (outputs !== 1) refuse(RangeError, `${label}.classWeights`, 'come with one output', outputs);
    },
    push(graph, dPrediction, prediction) {
      graph.reserve(4 * graph.capacity);
      graph.push(Op.weightedBinaryCrossEntropy, dPrediction, prediction, ...weights.map(wordOf));
    },
  };
}

function crossEntropy(label: string, labelSmoothing: number, classWeights?: ArrayLike<number>): Loss {
  const weights = classWeights === undefined ? undefined : Array.from<number>(Object(classWeights));
  return {
    key: JSON.stringify(['crossEntropy', labelSmoothing, weights]),
    takesClasses: true,
    takesProbabilities: false,
    onLogits: true,
    check(outputs) {
      if (weights !== undefined && weights.length !== outputs) {
        refuse(RangeError, `${label}.classWeights`, `hold ${outputs} weights, one per class`, weights.length);
      }
    },
    push(graph, dPrediction, prediction, outputs) {
      const pointer = weights === undefined ? 0 : graph.resources.use(copyOf(weights)).ptr;
      graph.push(Op.crossEntropy, dPrediction, prediction, outputs, pointer, wordOf(labelSmoothing));
    },
  };
}
