import { Adam, dataset, fitSync, linear, relu, sequential, tensor } from '../adamas.js';
import { mlp } from '../baseline/mlp.mjs';
import type { Contender, Row, Run } from '../harness/row.js';
import { packages, pytorch } from '../peers.js';
import { fillNormals } from '../random.js';

/** So small that the model stays where it is: once it knew its rows by heart, the gradients would end in the subnormal numbers. */
const LR = 1e-8;

/** Steps of one call to fitSync, so that what it does once weighs little. */
const EPOCHS = 10;
const BATCHES = 5;

interface Work {
  readonly name: string;
  readonly widths: readonly number[];
  readonly batch: number;
}

/** The model with rows enough for so many batches, on both sides. */
export function trained(run: Run, { widths, batch }: Omit<Work, 'name'>, batches: number, lr = LR) {
  const layers = widths.slice(1).flatMap((width, i) => [relu(), linear(widths[i]!, width, { seed: i })]);
  const model = run.hold(sequential(...layers.slice(1)));
  const rows = batches * batch;
  return {
    model,
    optimizer: run.hold(new Adam(model.parameters(), { lr })),
    features: fillNormals(new Float32Array(rows * model.inputs)),
    classes: Int32Array.from({ length: rows }, (_, i) => (7 * i) % model.outputs),
    plain: mlp(
      widths,
      model.parameters().map(({ data }) => data.slice()),
      lr,
    ),
  };
}

async function peers(run: Run, { widths, batch }: Work): Promise<Record<string, Contender>> {
  const found = await pytorch(`train ${[batch, ...widths].join(' ')}`, ['adam', 'fused']);
  if (found.length === 0) run.leaveOut('PyTorch (no python3 has torch)');
  return {
    ...Object.fromEntries(found.map((child) => [run.hold(child).title, child])),
    ...(await packages(run, 'train', batch, ...widths)),
  };
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
      baseline: () => plain(features, classes),
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
    // Evaluated once, before the first step: no epoch has as many samples as logEvery.
    const logEvery = 1 + data.length;
    const options = { loss: 'crossEntropy', optimizer, epochs: EPOCHS, batchSize: batch, logEvery } as const;
    const batches = Array.from({ length: BATCHES }, (_, i) => ({
      x: features.slice(i * batch * model.inputs, (i + 1) * batch * model.inputs),
      y: classes.slice(i * batch, (i + 1) * batch),
    }));
    return {
      adamas: () => fitSync(model, data, options),
      baseline() {
        for (let epoch = 0; epoch < EPOCHS; epoch++) for (const { x, y } of batches) plain(x, y);
      },
    };
  },
});

const MLP = [1, 32, 128].map((batch): Work => ({ name: 'MLP 64-128-10', widths: [64, 128, 10], batch }));
const SOFTMAX: Work = { name: 'softmax regression 784-10', widths: [784, 10], batch: 64 };

export const trainingRows: readonly Row[] = [...MLP.map(step), ...MLP.map(fitted), step(SOFTMAX), fitted(SOFTMAX)];
