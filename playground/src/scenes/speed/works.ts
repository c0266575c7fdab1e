// The work that is timed, done by adamas and by plain JavaScript.
import { Adam, fitSync, linear, parameter, sequential } from 'adamas';
import { airfoil } from 'adamas/datasets';
import { shuffles } from '../../../../examples/shuffle.js';
import { disposeAll } from '../../training/disposeAll.js';
import { INITIAL } from '../chapter/state.js';
import { adam, epoch, type Powers } from './baseline.js';

/**
 * `step`: a step of Adam over `size` parameters, which stay in the library's memory.
 * `copied`: the same over an array of the caller.
 * `epoch`: an epoch of the chapter. `predict`: a prediction for one row by the chapter's model.
 */
export type Work =
  | { readonly kind: 'step' | 'copied'; readonly size: number }
  | { readonly kind: 'epoch' }
  | { readonly kind: 'predict' };

export const WORKS: readonly Work[] = [
  ...[6, 1000, 100_000, 1_000_000].map((size) => ({ kind: 'step', size }) as const),
  { kind: 'copied', size: 1_000_000 },
  { kind: 'epoch' },
  { kind: 'predict' },
];

/** A side that does a work. */
export interface Side {
  /** Its first result: it must be that of adamas, or the time does not count. */
  readonly numbers: ArrayLike<number>;
  /** Does the work `times` times. */
  call(): void;
  readonly times?: number;
  /** Awaited before its turn. */
  ready?(): Promise<unknown>;
  dispose?(): void;
}

/** Steps and epochs whose numbers are compared. */
export const CHECKED = { steps: 10, epochs: 2 };

/** Epochs of one call: enough that its setup weighs little. */
const EPOCHS = 50;

/** Parameters and gradients of a step. */
export const startOf = (size: number) => ({
  weights: Float32Array.from({ length: size }, (_, i) => Math.cos(i)),
  grads: Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
});

/** The chapter's table, the weights and the bias that its training starts from, and a row to predict. */
export function chapterStart() {
  const data = airfoil();
  const model = chapterModel();
  const [features, targets] = [data.features.data.slice(), data.targets.data.slice()];
  const weights = model.parameters().flatMap(({ data }) => [...data]);
  disposeAll(model, data);
  return { features, targets, weights, row: features.slice(0, 5) };
}

/** The orders of samples of the epochs that are compared. */
export function checkedOrders(length: number): Uint32Array[] {
  const orders = shuffles(length, INITIAL.seed);
  return Array.from({ length: CHECKED.epochs }, () => orders.next().value);
}

const chapterModel = () => sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));

export function adamasSide(work: Work): Side {
  switch (work.kind) {
    case 'step': {
      const { weights, grads } = startOf(work.size);
      const p = parameter(weights);
      p.grad.set(grads);
      const optimizer = new Adam([p], { lr: 0.001 });
      for (let i = 0; i < CHECKED.steps; i++) optimizer.step();
      return { numbers: p.data.slice(), call: () => optimizer.step(), dispose: () => disposeAll(optimizer, p) };
    }
    case 'copied': {
      const { weights, grads } = startOf(work.size);
      const optimizer = new Adam([weights], { lr: 0.001 });
      for (let i = 0; i < CHECKED.steps; i++) optimizer.step([grads]);
      return { numbers: weights.slice(), call: () => optimizer.step([grads]), dispose: () => optimizer.dispose() };
    }
    case 'epoch': {
      const [data, model] = [airfoil(), chapterModel()];
      const optimizer = new Adam(model.parameters(), { lr: INITIAL.lr });
      const { batchSize, seed } = INITIAL;
      const train = (epochs: number) =>
        fitSync(model, data, { loss: 'halfSquaredError', optimizer, epochs, batchSize, seed, logEvery: 100 }).losses;
      // The first loss is that before the training.
      const numbers = train(CHECKED.epochs).slice(1);
      const dispose = () => disposeAll(optimizer, model, data);
      return { numbers, call: () => train(EPOCHS), times: EPOCHS, dispose };
    }
    case 'predict': {
      const model = chapterModel();
      const [{ row }, out] = [chapterStart(), new Float32Array(1)];
      model.predict(row, out);
      return { numbers: out.slice(), call: () => model.predict(row, out), dispose: () => model.dispose() };
    }
  }
}

export function plainSide(work: Work): Side {
  switch (work.kind) {
    case 'step':
    case 'copied': {
      // The loop is compiled on short calls: one that is compiled during a long call stays slower.
      const short = plainStep(1000);
      for (let i = 0; i < 3000; i++) short.call();
      return plainStep(work.size);
    }
    case 'epoch':
      return plainEpoch();
    case 'predict': {
      const { weights, row } = chapterStart();
      const w = Float32Array.from(weights);
      const predict = (out: Float32Array) => {
        let sum = w[5]!;
        for (let j = 0; j < 5; j++) sum += w[j]! * row[j]!;
        out[0] = sum;
      };
      const out = new Float32Array(1);
      predict(out);
      return { numbers: out.slice(), call: () => predict(out) };
    }
  }
}

function plainStep(size: number): Side {
  const { weights, grads } = startOf(size);
  const [m, v, s] = [new Float32Array(size), new Float32Array(size), { b1t: 1, b2t: 1 }];
  const call = () => {
    restart(s);
    adam(weights, grads, m, v, 0.001, 0.9, 0.999, 1e-8, s);
  };
  for (let i = 0; i < CHECKED.steps; i++) call();
  return { numbers: weights.slice(), call };
}

function plainEpoch(): Side {
  const { features: X, targets: y, weights } = chapterStart();
  const [w, m, v, grad] = [Float32Array.from(weights), new Float32Array(6), new Float32Array(6), new Float32Array(6)];
  const [order, s] = [Uint32Array.from(y, (_, i) => i), { b1t: 1, b2t: 1 }];
  const train = (random?: () => number) => {
    restart(s);
    return epoch({ X, y }, INITIAL.batchSize, 100, INITIAL.lr, { w, m, v, grad, order, s }, random);
  };
  const numbers = checkedOrders(y.length).flatMap((target) => train(drawsInto(order, target)));
  return { numbers, call: () => train() };
}

/** Restarts the running products before that of beta1 reaches the subnormal numbers, which are slow. */
function restart(s: Powers): void {
  if (s.b1t < 1e-250) s.b1t = 1;
}

/** Draws with which the baseline's shuffle, from the last place to the first, turns `order` into `target`. */
function drawsInto(order: Uint32Array, target: Uint32Array): () => number {
  const now = order.slice();
  let i = now.length - 1;
  return () => {
    const j = now.indexOf(target[i]!);
    [now[i], now[j]] = [now[j]!, now[i]!];
    return (j + 0.5) / (i-- + 1);
  };
}
