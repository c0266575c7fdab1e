// The seeded program whose bytes must be the same on every engine: some of everything that trains, through the public API alone.
import { airfoil } from '../datasets.js';
import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  batchNorm,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  type Dataset,
  dataset,
  dropout,
  ExponentialLR,
  ExponentialMovingAverage,
  elu,
  embedding,
  type FitOptions,
  type FitResult,
  gelu,
  type Initializer,
  LBFGS,
  LinearLR,
  Lion,
  type LossName,
  type LRScheduler,
  layerNorm,
  leakyRelu,
  linear,
  type Model,
  MultiStepLR,
  minimize,
  NAdam,
  normalization,
  OneCycleLR,
  PolynomialLR,
  RAdam,
  ReduceLROnPlateau,
  RMSprop,
  Rprop,
  relu,
  SequentialLR,
  SGD,
  StepLR,
  StochasticWeightAverage,
  sequential,
  sigmoid,
  silu,
  softplus,
  tanh,
  warmupCosine,
} from '../index.js';

/** The function that trains: `fit`, `fitSync`, or the `fit` of `adamas/worker`. */
export type Fit = (model: Model, data: Dataset, options: FitOptions) => FitResult | Promise<FitResult>;

/** Records a result under a name: plain data of numbers, strings and typed arrays. */
export type Take = (name: string, value: unknown) => void;

const optimizers = {
  SGD: (model: Model) => new SGD(model.parameters(), { lr: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  Adagrad: (model: Model) => new Adagrad(model.parameters(), { lr: 0.1 }),
  RMSprop: (model: Model) => new RMSprop(model.parameters(), { lr: 0.01, momentum: 0.5, centered: true }),
  Adadelta: (model: Model) => new Adadelta(model.parameters()),
  Adam: (model: Model) => new Adam(model.parameters(), { lr: 0.01 }),
  amsgrad: (model: Model) => new Adam(model.parameters(), { lr: 0.01, amsgrad: true, weightDecay: 0.1 }),
  AdamW: (model: Model) => new AdamW(model.parameters(), { lr: 0.01 }),
  Adamax: (model: Model) => new Adamax(model.parameters(), { lr: 0.01 }),
  NAdam: (model: Model) => new NAdam(model.parameters(), { lr: 0.01 }),
  RAdam: (model: Model) => new RAdam(model.parameters(), { lr: 0.01 }),
  Rprop: (model: Model) => new Rprop(model.parameters()),
  ASGD: (model: Model) => new ASGD(model.parameters(), { lambd: 0.01, t0: 100 }),
  Adafactor: (model: Model) => new Adafactor(model.parameters()),
  Lion: (model: Model) => new Lion(model.parameters(), { lr: 0.001 }),
};

const schedules: Record<string, (optimizer: Adam) => LRScheduler> = {
  StepLR: (optimizer) => new StepLR(optimizer, { stepSize: 7, gamma: 0.7 }),
  MultiStepLR: (optimizer) => new MultiStepLR(optimizer, { milestones: [5, 9], gamma: 0.3 }),
  ConstantLR: (optimizer) => new ConstantLR(optimizer, { totalIters: 6 }),
  LinearLR: (optimizer) => new LinearLR(optimizer, { totalIters: 11 }),
  ExponentialLR: (optimizer) => new ExponentialLR(optimizer, { gamma: 0.93 }),
  PolynomialLR: (optimizer) => new PolynomialLR(optimizer, { totalIters: 20, power: 1.7 }),
  CosineAnnealingLR: (optimizer) => new CosineAnnealingLR(optimizer, { tMax: 13 }),
  CosineAnnealingWarmRestarts: (optimizer) => new CosineAnnealingWarmRestarts(optimizer, { t0: 4, tMult: 2 }),
  CyclicLR: (optimizer) =>
    new CyclicLR(optimizer, { baseLr: 0.001, maxLr: 0.02, stepSizeUp: 5, mode: 'exp_range', gamma: 0.97 }),
  OneCycleLR: (optimizer) => new OneCycleLR(optimizer, { maxLr: 0.02, totalSteps: 30 }),
  warmupCosine: (optimizer) => warmupCosine(optimizer, { warmupSteps: 4, totalSteps: 24 }),
  ChainedScheduler: (optimizer) =>
    new ChainedScheduler([new ConstantLR(optimizer, { totalIters: 3 }), new ExponentialLR(optimizer, { gamma: 0.9 })]),
  SequentialLR: (optimizer) =>
    new SequentialLR(optimizer, {
      schedulers: [new LinearLR(optimizer, { totalIters: 5 }), new StepLR(optimizer, { stepSize: 3, gamma: 0.5 })],
      milestones: [8],
    }),
};

/** The losses of the regressions below. */
const losses: readonly LossName[] = ['halfSquaredError', 'mse', 'l1', 'huber', 'binaryCrossEntropy'];

/** Keeps what a part makes, to be disposed at its end. */
type Use = <T extends { dispose(): void }>(one: T) => T;

/** Runs all parts, and gives every result to `take`. */
export async function program(fit: Fit, take: Take): Promise<void> {
  for (const part of [chapter, network, regressions, scheduled, closures]) {
    const made: { dispose(): void }[] = [];
    const use: Use = (one) => {
      made.push(one);
      return one;
    };
    try {
      await part(fit, take, use);
    } finally {
      for (const one of made.reverse()) one.dispose();
    }
  }
}

/** The chapter "Adam" of Dive into Deep Learning, by each optimizer. */
async function chapter(fit: Fit, take: Take, use: Use): Promise<void> {
  const data = use(airfoil());
  for (const [name, make] of Object.entries(optimizers)) {
    const model = use(sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 })));
    const optimizer = use(make(model));
    const options = { loss: 'halfSquaredError', epochs: 2, batchSize: 10, logEvery: 100, seed: 1 } as const;
    await trained(`chapter ${name}`, fit, take, model, data, { ...options, optimizer });
  }
}

/** A classifier with every layer and activation, dropout and cross-entropy; by way of clipping, averages, weights and two fits. */
async function network(fit: Fit, take: Take, use: Use): Promise<void> {
  const random = noise(7);
  const rows = Array.from({ length: 203 }, () => Array.from({ length: 6 }, random));
  const classes = rows.map(([a, b, c]) => (a! * b! > 0.1 ? 2 : Number(a! + c! > 0)));
  const [data, heldOut] = use(dataset(rows, classes)).split(0.8, { seed: 3 });
  for (const part of [data, heldOut]) use(part);
  const dense = (inputs: number, outputs: number, seed: number, init: Initializer = 'kaimingUniform') =>
    linear(inputs, outputs, { init, seed });
  const layers = [
    ...[normalization(data), dense(6, 17, 1), relu(), batchNorm(17), dropout(0.2, { seed: 11 })],
    ...[dense(17, 16, 2, 'xavierUniform'), tanh(), layerNorm(16), dense(16, 15, 3), leakyRelu()],
    ...[dense(15, 14, 4, 'kaimingNormal'), elu(), dense(14, 13, 5), silu(), dropout(0.1, { seed: 12 })],
    ...[dense(13, 12, 6, 'xavierNormal'), gelu(), dense(12, 11, 7), gelu({ approximate: 'tanh' })],
    ...[dense(11, 10, 8), sigmoid(), dense(10, 9, 9), softplus(), dense(9, 3, 10)],
  ];
  const model = use(sequential(...layers));
  const optimizer = use(new AdamW(model.parameters(), { lr: 0.01 }));
  const averages = [
    use(new ExponentialMovingAverage(model.parameters(), { decay: 0.9 })),
    use(new StochasticWeightAverage(model.parameters())),
  ];
  const common = { loss: 'crossEntropy', optimizer, batchSize: 16, logEvery: 50, clipGradNorm: 1 } as const;
  for (const seed of [4, 5]) {
    const { losses } = await fit(model, data, { ...common, epochs: 3, seed, accumulate: seed - 3 });
    take(`network losses ${seed}`, losses);
    for (const average of averages) average.update();
  }
  take('network', [model.stateDict(), optimizer.stateDict(), averages.map((average) => average.stateDict())]);
  take('network predictions', model.predict(heldOut.features));
  const { loss, accuracy } = model.evaluate(heldOut);
  take('network evaluation', [loss, accuracy]);
}

/** Every other loss, over rows that are looked up, with weights of the samples. */
async function regressions(fit: Fit, take: Take, use: Use): Promise<void> {
  const random = noise(8);
  const rows = Array.from({ length: 61 }, (_, i) => [i % 5, (i * 3) % 5]);
  for (const loss of losses) {
    const targets = rows.map(() => (loss === 'binaryCrossEntropy' ? Number(random() > 0) : 2 * random()));
    const data = use(dataset(rows, targets));
    const layers = [
      embedding(5, 3, { inputs: 2, seed: 1 }),
      linear(6, 8, { seed: 2 }),
      tanh(),
      linear(8, 1, { seed: 3 }),
    ];
    const model = use(sequential(...layers));
    const optimizer = use(new RMSprop(model.parameters(), { lr: 0.01 }));
    const sampleWeights = rows.map((_, i) => (i % 4) / 2);
    const options = { loss, optimizer, epochs: 4, batchSize: 8, seed: 6, sampleWeights, clipGradValue: 0.5 };
    await trained(`loss ${loss}`, fit, take, model, data, options);
  }
}

/** A small network under each schedule. */
async function scheduled(fit: Fit, take: Take, use: Use): Promise<void> {
  const random = noise(9);
  const rows = Array.from({ length: 80 }, () => [random(), random()]);
  const targets = rows.map(([a, b]) => a! * b!);
  const data = use(dataset(rows, targets));
  const plateau = (optimizer: Adam) => new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.3 });
  for (const [name, make] of Object.entries({ ...schedules, ReduceLROnPlateau: plateau })) {
    const model = use(sequential(linear(2, 5, { seed: 1 }), relu(), linear(5, 1, { seed: 2 })));
    const optimizer = use(new Adam(model.parameters(), { lr: 0.01 }));
    const scheduler = make(optimizer);
    const scheduleEvery = name === 'ReduceLROnPlateau' ? 'epoch' : 'step';
    const options = { loss: 'mse', optimizer, epochs: 6, batchSize: 20, seed: 2, scheduler, scheduleEvery } as const;
    await trained(`schedule ${name}`, fit, take, model, data, options);
    take(`schedule ${name}`, scheduler.stateDict());
  }
}

/** LBFGS on a network, and the minimum of Rosenbrock's function. */
function closures(_: Fit, take: Take, use: Use): void {
  const random = noise(10);
  const x = Float32Array.from({ length: 40 }, random);
  const y = Float32Array.from({ length: 20 }, (_, i) => x[2 * i]! - x[2 * i + 1]! ** 2);
  for (const lineSearchFn of [null, 'strong_wolfe'] as const) {
    const model = use(sequential(linear(2, 6, { seed: 1 }), tanh(), linear(6, 1, { seed: 2 })));
    const optimizer = use(new LBFGS(model.parameters(), { lr: 0.5, maxIter: 8, lineSearchFn }));
    const losses = [1, 2, 3].map(() => optimizer.step(() => model.lossAndGrad('mse', x, y)));
    take(`LBFGS ${lineSearchFn}`, [losses, model.stateDict(), optimizer.stateDict()]);
  }
  const rosenbrock = ([a, b]: Float32Array, grad: Float32Array) => {
    grad.set([-400 * a! * (b! - a! * a!) - 2 * (1 - a!), 200 * (b! - a! * a!)]);
    return 100 * (b! - a! * a!) * (b! - a! * a!) + (1 - a!) * (1 - a!);
  };
  const found = minimize(rosenbrock, [-1.2, 1]);
  take('minimize', [found.x, found.loss, found.steps, found.status]);
}

/** Runs one fit and records its results. */
async function trained(
  name: string,
  fit: Fit,
  take: Take,
  model: Model,
  data: Dataset,
  options: FitOptions,
): Promise<void> {
  const { status, losses, steps } = await fit(model, data, options);
  take(name, [status, losses, steps, model.stateDict(), options.optimizer.stateDict()]);
}

/** Numbers in [-1, 1) by arithmetic that no engine may round differently: Park and Miller's generator. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2 ** 30 - 1;
  };
}
