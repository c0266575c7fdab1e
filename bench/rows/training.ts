import { Adam, dataset, fitSync, linear, relu, sequential, tensor } from '../adamas.mjs';
import { mlp } from '../baseline/mlp.mjs';
import type { Contenders, Expected, PeerName, Row, Run } from '../harness/row.js';
import { classesOf, initialWeights, rowsOf } from '../problem.mjs';

/** So small that the model stays where it is: once it knew its rows by heart, the gradients would end in the subnormal numbers. */
const LR = 1e-8;

/** Epochs and batches of one call to fitSync: enough that its setup weighs little. */
const EPOCHS = 10;
const BATCHES = 20;

/**
 * Steps and learning rate by which peers show that they compute the same. At a rate of 0.01 the widest network's losses rise, and within ten steps
 * rounding alone drives them apart, PyTorch's float32 from its float64 too.
 */
const CHECKED = { steps: 10, lr: 1e-3 };

interface Work {
  readonly name: string;
  readonly widths: readonly number[];
  readonly batch: number;
  readonly peers: readonly PeerName[];
}

/** The model with rows for this number of batches, on both sides. */
export function trained(
  run: Pick<Run, 'hold'>,
  { widths, batch }: Pick<Work, 'widths' | 'batch'>,
  batches: number,
  lr = LR,
) {
  const layers = widths.slice(1).flatMap((width, i) => [relu(), linear(widths[i]!, width)]);
  const model = run.hold(sequential(...layers.slice(1)));
  const weights = initialWeights(widths);
  model.parameters().forEach((parameter, i) => {
    parameter.set(weights[i]!);
  });
  const rows = batches * batch;
  return {
    model,
    optimizer: run.hold(new Adam(model.parameters(), { lr })),
    features: rowsOf(rows, model.inputs),
    classes: classesOf(rows, model.outputs),
    plain: mlp(widths, weights, lr),
  };
}

/** The losses of the first steps. */
function firstLosses(work: Work): Expected {
  const held: { dispose(): void }[] = [];
  const hold = <T extends { dispose(): void }>(one: T): T => {
    held.push(one);
    return one;
  };
  const { model, optimizer, features, classes } = trained({ hold }, work, 1, CHECKED.lr);
  const values = Array.from({ length: CHECKED.steps }, () => {
    const loss = model.lossAndGrad('crossEntropy', features, classes);
    optimizer.step();
    return loss;
  });
  for (const one of held.reverse()) one.dispose();
  return { values, relative: 2e-3, absolute: 1e-4 };
}

function peers(run: Run, work: Work): Promise<Contenders> {
  const { widths, batch } = work;
  return run.peers(work.peers, { kind: 'train', widths, batch, lr: LR, checkLr: CHECKED.lr }, firstLosses(work));
}

const step = (work: Work): Row => ({
  name: `${work.name}, batch ${work.batch}, step`,
  async setup(run) {
    const { model, optimizer, features, classes, plain } = trained(run, work, 1);
    const x = run.hold(tensor(features, [work.batch, model.inputs]));
    return {
      adamas() {
        model.lossAndGrad('crossEntropy', x, classes);
        optimizer.step();
      },
      ...(work.widths.length < 4 ? { baseline: () => plain(features, classes) } : {}),
      ...(await peers(run, work)),
    };
  },
});

const fitted = (work: Work): Row => ({
  name: `${work.name}, batch ${work.batch}, fitSync`,
  pieces: { count: EPOCHS * BATCHES, name: 'step' },
  setup(run) {
    const { batch } = work;
    const { model, optimizer, features, classes, plain } = trained(run, work, BATCHES);
    const rows = run.hold(tensor(features, [BATCHES * batch, model.inputs]));
    const data = run.hold(dataset(rows, classes));
    const options = { loss: 'crossEntropy', optimizer, epochs: EPOCHS, batchSize: batch } as const;
    const batches = Array.from({ length: BATCHES }, (_, i) => ({
      x: features.slice(i * batch * model.inputs, (i + 1) * batch * model.inputs),
      y: classes.slice(i * batch, (i + 1) * batch),
    }));
    const tensors = batches.map(({ x, y }) => ({ x: run.hold(tensor(x, [batch, model.inputs])), y }));
    return {
      adamas: () => fitSync(model, data, options),
      'by hand'() {
        for (let epoch = 0; epoch < EPOCHS; epoch++) {
          for (const { x, y } of tensors) {
            model.lossAndGrad('crossEntropy', x, y);
            optimizer.step();
          }
        }
      },
      baseline() {
        for (let epoch = 0; epoch < EPOCHS; epoch++) for (const { x, y } of batches) plain(x, y);
      },
    };
  },
});

const PEERS: readonly PeerName[] = ['PyTorch', 'tfjs-wasm', 'jax-js'];

const network = (widths: readonly number[], batch: number, peers = PEERS): Work => ({
  name: `MLP ${widths.join('-')}`,
  widths,
  batch,
  peers,
});

const SMALL = [1, 32, 128].map((batch) => network([64, 128, 10], batch, batch === 32 ? [...PEERS, 'tfjs-cpu'] : PEERS));
const SOFTMAX: Work = { ...network([784, 10], 64), name: 'softmax regression 784-10' };
const DIGITS = network([784, 128, 10], 64);
/** Two hidden layers of a size at which it is the products that count; without the baseline, which would take seconds a step. */
const WIDE = [128, 512].map((batch) => network([784, 1024, 1024, 10], batch));

export const trainingRows: readonly Row[] = [
  ...SMALL.map(step),
  ...SMALL.map(fitted),
  step(SOFTMAX),
  fitted(SOFTMAX),
  step(DIGITS),
  ...WIDE.map(step),
];
