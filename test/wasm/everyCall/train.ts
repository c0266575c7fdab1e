// Calls of `adamas` and `adamas/worker` that train. Each takes steps only once it has all the memory that it needs.
import {
  Adam,
  type Checkpoint,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  init,
  minimize,
  partialFit,
  SGD,
  StepLR,
  StochasticWeightAverage,
  updateBatchNorm,
} from '../../../src/index.js';
import { WorkerError, fit as workerFit } from '../../../src/worker.js';
import { type Calls, type Hold, makeClasses, makeData, makeModel, makeNormal, plain, rows, y } from './table.js';

/** A fit with all that it can have. */
function everything(hold: Hold) {
  const model = hold(makeModel());
  const optimizer = hold(new Adam(model.parameters(), { lr: 0.02 }));
  const average = hold(new ExponentialMovingAverage(model.parameters()));
  const scheduler = hold(new StepLR(optimizer, { stepSize: 1, gamma: 0.5 }));
  const data = hold(makeData());
  const options = {
    ...{ loss: 'mse', optimizer, average, scheduler, batchSize: 4, validation: 0.25, metrics: ['r2'] },
    ...{ sampleWeights: rows.map(([a]) => 1 + a!), earlyStopping: { patience: 9 }, accumulate: 2, clipGradNorm: 1 },
    onCheckpoint() {},
  } as const satisfies FitOptions;
  return { model, data, options };
}

/** A call that resumes a checkpoint of the same fit. */
const resuming = (train: typeof fit | typeof fitSync) => (hold: Hold) => {
  let resume: Checkpoint | undefined;
  const held: { dispose?(): void }[] = [];
  const first = everything((one) => {
    held.push(one);
    return one;
  });
  const onCheckpoint = (one: Checkpoint) => {
    resume = one;
  };
  fitSync(first.model, first.data, { ...first.options, epochs: 2, onCheckpoint });
  for (const one of held.reverse()) one.dispose?.();
  const { model, data, options } = everything(hold);
  return () => train(model, data, { ...options, epochs: 3, resume: resume! });
};

const fitting = (train: typeof fit | typeof fitSync) => (hold: Hold) => {
  const { model, data, options } = everything(hold);
  return () => train(model, data, options);
};

const batches = (more: Pick<FitOptions, 'clipGradNorm' | 'clipGradValue'>) => (hold: Hold) => {
  const { model, data, options } = everything(hold);
  const { loss, optimizer, average, scheduler } = options;
  return () => partialFit(model, [data], { loss, optimizer, average, scheduler, ...more });
};

function square([a]: Float32Array, grad: Float32Array): number {
  grad[0] = 2 * a!;
  return a! * a!;
}

export const training: Calls = {
  ...plain({ 'new WorkerError': () => new WorkerError('mine') }),
  init: () => async () => {
    // The kernels are in use.
    await init().catch(() => {});
  },
  fit: fitting(fit),
  fitSync: fitting(fitSync),
  'fit: resumes': resuming(fit),
  'fitSync: resumes': resuming(fitSync),
  'fitSync: classes by weight': (hold) => {
    const [model, data] = [hold(makeModel(3)), hold(makeClasses())];
    const optimizer = hold(new SGD(model.parameters(), { lr: 0.1 }));
    return () => fitSync(model, data, { loss: 'crossEntropy', optimizer, classWeights: 'balanced' });
  },
  'worker fit': (hold) => {
    const { model, data, options } = everything(hold);
    return () => workerFit(model, data, options);
  },
  partialFit: batches({}),
  'partialFit: clips': batches({ clipGradNorm: 1, clipGradValue: 0.1 }),
  minimize: () => () => minimize(square, [3]),
  'minimize: Adam': () => () => minimize(square, [3], { optimizer: Adam, maxSteps: 5 }),
  updateBatchNorm: (hold) => {
    const [model, data] = [hold(makeNormal()), hold(makeData())];
    const average = hold(new StochasticWeightAverage(model));
    average.update();
    model.lossAndGrad('mse', rows, y);
    return () => updateBatchNorm(average, data);
  },
  'updateBatchNorm: a model': (hold) => {
    const [model, data] = [hold(makeNormal()), hold(makeData())];
    return () => updateBatchNorm(model, data);
  },
};
