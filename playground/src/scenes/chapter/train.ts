// The chapter's model and its training, here and in Node the same.
import {
  Adadelta,
  Adagrad,
  Adam,
  type FitOptions,
  type FitResult,
  fit,
  linear,
  type Model,
  type Optimizer,
  RMSprop,
  SGD,
  sequential,
} from 'adamas';
import { airfoil } from 'adamas/datasets';
import { shuffles } from '../../../../examples/shuffle.js';
import { disposeAll } from '../../training/disposeAll.js';
import { type ChapterState, LOG_EVERY, MAX_TRACE, type OptimizerName, PARAMETERS, TRACED } from './state.js';

/** Linear regression from five features. */
const chapterModel = (): Model => sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));

// biome-ignore lint/suspicious/noExplicitAny: optimizers of any state
const MAKE: Readonly<Record<OptimizerName, (model: Model, state: ChapterState) => Optimizer<any>>> = {
  Adam: (model, { lr, beta1, beta2, eps }) => new Adam(model.parameters(), { lr, betas: [beta1, beta2], eps }),
  RMSprop: (model) => new RMSprop(model.parameters(), { lr: 0.01, alpha: 0.9 }),
  Momentum: (model) => new SGD(model.parameters(), { lr: 0.02, momentum: 0.5 }),
  SGD: (model) => new SGD(model.parameters(), { lr: 0.05 }),
  Adagrad: (model) => new Adagrad(model.parameters(), { lr: 0.1 }),
  Adadelta: (model) => new Adadelta(model.parameters(), { rho: 0.9 }),
};

/** Result of a training. */
export interface Outcome {
  readonly status: FitResult['status'];
  readonly losses: readonly number[];
  /** Five weights and the bias. */
  readonly weights: readonly number[];
}

const weightsOf = (model: Model): number[] => model.parameters().flatMap(({ data }) => [...data]);

/** The table row by row, its target last. */
export function airfoilRows(): Float32Array {
  const data = airfoil();
  try {
    const [features, targets] = [data.features.data, data.targets.data];
    return Float32Array.from({ length: 6 * data.length }, (_, i) => {
      const [row, column] = [Math.floor(i / 6), i % 6];
      return column < 5 ? features[5 * row + column]! : targets[row]!;
    });
  } finally {
    disposeAll(data);
  }
}

/** Trains with one optimizer. */
export async function train(
  name: OptimizerName,
  state: ChapterState,
  options: Pick<FitOptions, 'onProgress' | 'signal'> = {},
): Promise<Outcome> {
  const data = airfoil();
  const model = chapterModel();
  const optimizer = MAKE[name](model, state);
  try {
    const { epochs, batchSize, seed } = state;
    const { status, losses } = await fit(model, data, {
      ...options,
      ...{ loss: 'halfSquaredError', optimizer, epochs, batchSize, seed, logEvery: LOG_EVERY },
    });
    return { status, losses, weights: weightsOf(model) };
  } finally {
    disposeAll(optimizer, model, data);
  }
}

/** The inputs of a training whose optimizer the reader wrote. */
export interface ScratchTask {
  /** The table row by row, its target last. */
  readonly rows: Float32Array;
  /** Five weights and the bias, before training. */
  readonly start: Float32Array;
  /** Rows in the order of training, epoch after epoch. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  readonly logEvery: number;
  readonly hyperparams: Readonly<Record<'lr' | 'beta1' | 'beta2' | 'eps' | 't', number>>;
}

/** The same training as `train`'s, for an optimizer that the reader wrote. */
export function scratchTask({ lr, beta1, beta2, eps, epochs, batchSize, seed }: ChapterState): ScratchTask {
  const model = chapterModel();
  try {
    const rows = airfoilRows();
    const length = rows.length / PARAMETERS;
    const orders = shuffles(length, seed);
    const order = new Uint32Array(epochs * length);
    for (let epoch = 0; epoch < epochs; epoch++) order.set(orders.next().value, epoch * length);
    const hyperparams = { lr, beta1, beta2, eps, t: 1 };
    return { rows, start: Float32Array.from(weightsOf(model)), order, batchSize, logEvery: LOG_EVERY, hyperparams };
  } finally {
    disposeAll(model);
  }
}

/** Adam's steps one by one: for each step, for each parameter, g, v, s and x after it. The same run as `train`'s. */
export function trace(state: ChapterState): Float32Array {
  const data = airfoil();
  const model = chapterModel();
  const optimizer = MAKE.Adam(model, state);
  try {
    const { epochs, batchSize, seed } = state;
    const steps = Math.min(MAX_TRACE, epochs * Math.ceil(data.length / batchSize));
    const values = new Float32Array(steps * PARAMETERS * TRACED);
    const orders = shuffles(data.length, seed);
    let order = orders.next().value;
    let seen = 0;
    for (let step = 0; step < steps; step++) {
      if (seen >= data.length) [order, seen] = [orders.next().value, 0];
      const batch = order.subarray(seen, seen + batchSize);
      seen += batchSize;
      const features = data.features.data;
      const x = Float32Array.from(
        { length: 5 * batch.length },
        (_, i) => features[5 * batch[Math.floor(i / 5)]! + (i % 5)]!,
      );
      const y = Float32Array.from(batch, (row) => data.targets.data[row]!);
      model.lossAndGrad('halfSquaredError', x, y);
      const grads = model.parameters().flatMap(({ grad }) => [...grad]);
      optimizer.step();
      const after = weightsOf(model);
      const states = Object.values(optimizer.stateDict().state) as unknown as AdamState[];
      const v = states.flatMap(({ exp_avg }) => [...exp_avg]);
      const s = states.flatMap(({ exp_avg_sq }) => [...exp_avg_sq]);
      for (let k = 0; k < PARAMETERS; k++)
        values.set([grads[k]!, v[k]!, s[k]!, after[k]!], (step * PARAMETERS + k) * TRACED);
    }
    return values;
  } finally {
    disposeAll(optimizer, model, data);
  }
}

interface AdamState {
  readonly exp_avg: Float32Array;
  readonly exp_avg_sq: Float32Array;
}
