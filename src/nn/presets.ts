import { RandomGenerator, seedOr } from '../generator.js';
import { disposeAfter, disposeOnError } from '../resources.js';
import {
  halfOpenUnit,
  type OptionTable,
  oneOf,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  unchecked,
} from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import * as activations from './activations.js';
import { dropout } from './dropout.js';
import type { Initializer } from './initializers.js';
import type { Layer } from './layer.js';
import { linear } from './linear.js';
import { type LossSpec, lossOf } from './losses.js';
import type { ClassEvaluation, Evaluation, LossEvaluation, RegressionEvaluation } from './metrics.js';
import type { Model } from './model.js';
import { normalization, type Scaled } from './normalization.js';
import { sequential } from './sequential.js';
import { targetScaling } from './targetScaling.js';

/** Data by which a model scales its inputs and outputs. */
export interface ScalingOptions {
  /** Training data by whose features the model scales its inputs: it begins with {@link normalization}. */
  readonly normalize?: Scaled | undefined;
  /** Training data by whose targets a regression scales its outputs: it ends with {@link targetScaling}. */
  readonly scaleTargets?: Scaled | undefined;
}

/** Options of {@link linearRegression} and {@link logisticRegression}. */
export interface RegressionOptions extends ScalingOptions {
  /** Number of input features. */
  readonly inputs: number;
  /** Number of output features. Default 1. */
  readonly outputs?: number | undefined;
  /** Distribution of the initial weights. Default `'kaimingUniform'`, torch's. */
  readonly init?: Initializer | undefined;
  /** Seed of the initial weights. By default each layer takes the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/** Options of {@link softmaxRegression}. */
export interface SoftmaxRegressionOptions extends Omit<RegressionOptions, 'outputs' | 'scaleTargets'> {
  /** Number of classes. */
  readonly classes: number;
}

/** The name of an activation, which has its default options. */
export type ActivationName = keyof typeof activations;

/** Makers of the activations by name. */
export const ACTIVATIONS: Readonly<Record<ActivationName, () => Layer>> = activations;

/** Options of {@link mlp}. */
export interface MlpOptions<Loss extends LossSpec | undefined = LossSpec | undefined> extends ScalingOptions {
  /** Number of input features. */
  readonly inputs: number;
  /** The widths of the hidden layers, first to last; none is fine. */
  readonly hidden: readonly number[];
  /** Number of output features; for a classifier its classes. */
  readonly outputs: number;
  /** Activation after each hidden layer. Default 'relu'. */
  readonly activation?: ActivationName | undefined;
  /** Probability that an activation is left out in training; 0 puts no dropout layers in. Default 0. */
  readonly dropout?: number | undefined;
  /** The loss that `fit` and `evaluate` take when they are given none. */
  readonly loss?: Loss | undefined;
  /** Distribution of the initial weights of all layers. Default `'kaimingUniform'`, torch's. */
  readonly init?: Initializer | undefined;
  /** Seed from which the layers' own are drawn. Default: the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/**
 * A linear regression: y = x w^T + b, with loss `'mse'`.
 *
 * @param options - see {@link RegressionOptions}
 * @throws TypeError or RangeError for a wrong option; OutOfMemoryError
 * @example
 * ```ts
 * import { dataset, fitSync, linearRegression, SGD } from 'adamas';
 * const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]); // y = 2 x + 1
 * const model = linearRegression({ inputs: 1, seed: 1 });
 * fitSync(model, data, { optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 500 });
 * console.log(model.evaluate(data).r2.toFixed(4)); // 1.0000
 * ```
 */
export function linearRegression(options: RegressionOptions): Model<RegressionEvaluation> {
  return regression(
    'linearRegression',
    options,
    { outputs: [positiveInt, 1], scaleTargets: [unchecked, undefined] },
    'mse',
  );
}

/**
 * A logistic regression: a linear model of the log-odds, with loss `'binaryCrossEntropy'`, for one answer of yes or no, or several that do not
 * exclude each other.
 *
 * @param options - see {@link RegressionOptions}
 * @throws TypeError or RangeError for a wrong option; OutOfMemoryError
 * @example
 * ```ts
 * import { Adam, dataset, fitSync, logisticRegression } from 'adamas';
 * const data = dataset([[0], [1], [2], [3]], [0, 0, 1, 1]);
 * const model = logisticRegression({ inputs: 1, seed: 1 });
 * fitSync(model, data, { optimizer: new Adam(model.parameters(), { lr: 0.1 }), epochs: 300 });
 * console.log(model.predictClass(data.features)); // Uint32Array(4) [ 0, 0, 1, 1 ]
 * console.log(model.evaluate(data).confusion); // [ [ 2, 0 ], [ 0, 2 ] ]
 * ```
 */
export function logisticRegression(options: RegressionOptions): Model<ClassEvaluation> {
  return regression('logisticRegression', options, { outputs: [positiveInt, 1] }, 'binaryCrossEntropy');
}

/**
 * A softmax regression: a linear model of the logits of classes that exclude each other, with loss `'crossEntropy'`.
 *
 * @param options - see {@link SoftmaxRegressionOptions}
 * @throws TypeError or RangeError for a wrong option; OutOfMemoryError
 * @example
 * ```ts
 * import { Adam, dataset, fitSync, softmaxRegression } from 'adamas';
 * const data = dataset([[0, 1], [1, 0], [1, 1]], [0, 1, 2]);
 * const model = softmaxRegression({ inputs: 2, classes: 3, seed: 1 });
 * fitSync(model, data, { optimizer: new Adam(model.parameters(), { lr: 0.1 }), epochs: 500 });
 * console.log(model.predictClass(data.features)); // Uint32Array(3) [ 0, 1, 2 ]
 * console.log(model.evaluate(data).accuracy); // 1
 * ```
 */
export function softmaxRegression(options: SoftmaxRegressionOptions): Model<ClassEvaluation> {
  return regression('softmaxRegression', options, { classes: [positiveInt] }, 'crossEntropy');
}

type Widths = RegressionOptions & SoftmaxRegressionOptions;

/** A linear model; `width` is the option that holds its outputs. */
function regression<Scores extends LossEvaluation>(
  name: string,
  options: object,
  width: Partial<OptionTable<Widths>>,
  loss: LossSpec,
): Model<Scores> {
  const fields = {
    inputs: [positiveInt],
    ...width,
    init: [unchecked, undefined],
    seed: [unchecked, undefined],
    normalize: [unchecked, undefined],
  } as const;
  const { inputs, outputs, classes, normalize, scaleTargets, ...more } = readOptions(
    name,
    options as Widths,
    fields as OptionTable<Widths>,
  );
  const model = scaled([linear(inputs, outputs ?? classes, more)], { normalize, scaleTargets });
  model.loss = loss;
  return model as unknown as Model<Scores>;
}

/** A model of these layers, within those that scale. The layers' memory is freed if there can be none. */
function scaled(layers: readonly Layer[], { normalize, scaleTargets }: ScalingOptions): Model {
  return disposeOnError((use) => {
    const owned = (layer: Layer) => {
      for (const one of Object.values({ ...layer.parameters, ...layer.buffers })) use(one);
      return layer;
    };
    layers.forEach(owned);
    return sequential(
      ...(normalize === undefined ? [] : [owned(normalization(normalize))]),
      ...layers,
      ...(scaleTargets === undefined ? [] : [owned(targetScaling(scaleTargets))]),
    );
  });
}

/**
 * A multi-layer perceptron: linear layers of the hidden widths, each with its activation and dropout, and one of the outputs.
 *
 * @param options - see {@link MlpOptions}
 * @throws TypeError or RangeError for a wrong option; OutOfMemoryError
 * @example
 * ```ts
 * import { Adam, dataset, fitSync, mlp } from 'adamas';
 * const data = dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]); // exclusive or
 * const model = mlp({ inputs: 2, hidden: [8], outputs: 1, activation: 'tanh', loss: 'binaryCrossEntropy', seed: 1 });
 * fitSync(model, data, { optimizer: new Adam(model.parameters(), { lr: 0.05 }), epochs: 300 });
 * console.log(model.predictClass(data.features)); // Uint32Array(4) [ 0, 1, 1, 0 ]
 * ```
 */
export function mlp<const Loss extends LossSpec | undefined = LossSpec | undefined>(
  options: MlpOptions<Loss>,
): Model<Evaluation<Loss>> {
  const { inputs, hidden, outputs, activation, loss, init, normalize, scaleTargets, ...more } = readOptions(
    'mlp',
    options,
    {
      inputs: [positiveInt],
      hidden: [checkWidths],
      outputs: [positiveInt],
      activation: [oneOf(...Object.keys(ACTIVATIONS).sort()), 'relu'],
      dropout: [halfOpenUnit, 0],
      loss: [unchecked, undefined],
      init: [unchecked, undefined],
      seed: [seedNumber, undefined],
      normalize: [unchecked, undefined],
      scaleTargets: [unchecked, undefined],
    },
  );
  if (loss !== undefined) lossOf('mlp: loss', loss).check?.(outputs);
  return disposeAfter((scratch) => {
    const random = scratch(new RandomGenerator(seedOr(more.seed)));
    return disposeOnError((use) => {
      const widths = [inputs, ...hidden, outputs];
      const layers = widths.slice(1).flatMap((width, i): Layer[] => {
        const own = () => ({ seed: kernels().nextUniform(random.ptr) * 2 ** 53 });
        const layer = linear(widths[i]!, width, { init, ...own() });
        for (const parameter of Object.values(layer.parameters)) use(parameter);
        if (i === hidden.length) return [layer];
        return [layer, ACTIVATIONS[activation](), ...(more.dropout > 0 ? [dropout(more.dropout, own())] : [])];
      });
      const model = scaled(layers, { normalize, scaleTargets });
      model.loss = loss;
      return model as unknown as Model<Evaluation<Loss>>;
    });
  });
}

function checkWidths(name: string, widths: unknown): void {
  if (!Array.isArray(widths)) refuse(TypeError, name, 'be an array of widths', widths);
  widths.forEach((width, i) => {
    positiveInt(`${name}[${i}]`, width);
  });
}
