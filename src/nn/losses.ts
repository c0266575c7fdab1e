import { checkNumber, checkOneOf, numberCheck, readOptions, refuse, unitInterval, weightList } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { copyOf } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import { type CustomLoss, customLoss } from './customLoss.js';
import type { Graph } from './graph.js';

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

/** A loss: its name, one of those with options, or a function of one's own. */
export type LossSpec =
  | LossName
  | CustomLoss
  /** `delta`: where the parabola ends; default 1. */
  | { readonly huber: { readonly delta?: number } }
  /**
   * `labelSmoothing`: how much of the target is spread over all classes, in [0, 1]; default 0. `classWeights`: a weight for each class; the
   * mean is then over the weights of the targets, as in torch.
   */
  | { readonly crossEntropy: { readonly labelSmoothing?: number; readonly classWeights?: ArrayLike<number> } };

/** What a loss is to an op list. */
export interface Loss {
  /** By which programs are told apart. */
  readonly key: string | CustomLoss;
  /** Whether targets are class indices, one a row, as words; else they are numbers, one an output. */
  readonly takesClasses: boolean;
  /** Throws for a model of so many outputs that it does not fit. */
  check?(outputs: number): void;
  /** Appends the op that adds up the loss over prediction[B, outputs] and, unless dPrediction is 0, writes its gradient. */
  push(program: Graph, dPrediction: Pointer, prediction: Pointer, outputs: number): void;
}

/** How many numbers a target row has. */
export function targetWidth(loss: Loss, outputs: number): number {
  return loss.takesClasses ? 1 : outputs;
}

/** The ops of the losses that are sums over elements. */
const OPS = {
  halfSquaredError: Op.halfSquaredError,
  mse: Op.mse,
  l1: Op.l1,
  huber: Op.huber,
  binaryCrossEntropy: Op.binaryCrossEntropy,
} as const;

/** The loss of this name or with these options; `label` is how an error calls the argument. */
export function lossOf(label: string, spec: LossSpec): Loss {
  if (typeof spec === 'function') return customLoss(label, spec);
  if (typeof spec !== 'object' || spec === null) {
    checkOneOf(label, spec, [...Object.keys(OPS), 'crossEntropy']);
    if (spec === 'crossEntropy') return crossEntropy(label, 0);
    return spec === 'huber' ? elementwise('huber', wordOf(1)) : elementwise(spec);
  }
  const [name, ...more] = Object.keys(spec);
  if (name === undefined || more.length > 0) {
    refuse(TypeError, label, "be a loss's name, or { name: options }", spec);
  }
  checkOneOf(label, name, ['huber', 'crossEntropy']);
  const path = `${label}.${name}`;
  if ('huber' in spec) {
    const { delta } = readOptions(
      path,
      spec.huber,
      { delta: [numberCheck('a positive number', (x) => x > 0), 1] },
      '.',
    );
    return elementwise('huber', wordOf(delta));
  }
  const fields = { labelSmoothing: [unitInterval, 0], classWeights: [weightList, undefined] } as const;
  const { labelSmoothing, classWeights } = readOptions(path, spec.crossEntropy, fields, '.');
  return crossEntropy(path, labelSmoothing, classWeights);
}

/** A loss that is a sum over elements; its workspace takes a weight for each. */
function elementwise(name: keyof typeof OPS, ...constants: number[]): Loss {
  return {
    key: [name, ...constants].join(' '),
    takesClasses: false,
    push(program, dPrediction, prediction, outputs) {
      program.reserve(4 * program.capacity * outputs);
      program.push(OPS[name], dPrediction, prediction, outputs, ...constants);
    },
  };
}

function crossEntropy(label: string, labelSmoothing: number, classWeights?: ArrayLike<number>): Loss {
  const weights = classWeights === undefined ? undefined : Array.from<number>(Object(classWeights));
  return {
    key: JSON.stringify(['crossEntropy', labelSmoothing, weights]),
    takesClasses: true,
    check(outputs) {
      if (weights !== undefined && weights.length !== outputs) {
        refuse(RangeError, `${label}.classWeights`, `hold ${outputs} weights, one a class`, weights.length);
      }
    },
    push(program, dPrediction, prediction, outputs) {
      const pointer = weights === undefined ? 0 : program.resources.use(copyOf(weights)).ptr;
      program.push(Op.crossEntropy, dPrediction, prediction, outputs, pointer, wordOf(labelSmoothing));
    },
  };
}

/** Throws unless every one of these targets is a whole number from 0 to classes - 1. */
export function checkClasses(name: string, targets: ArrayLike<number>, classes: number): void {
  const ok = (x: number) => Number.isInteger(x) && x >= 0 && x < classes;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (!ok(target)) checkNumber(`${name}[${i}]`, target, `a class index, a whole number from 0 to ${classes - 1}`, ok);
  }
}
