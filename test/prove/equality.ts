// The proof that `fitSync` has the bits of `lossAndGrad` and `step` by hand, whatever is trained and however.
import { fileURLToPath } from 'node:url';
import {
  batchNorm,
  CosineAnnealingLR,
  CyclicLR,
  clipGradNorm,
  clipGradValue,
  dataset,
  dropout,
  ExponentialLR,
  ExponentialMovingAverage,
  encodeStateDict,
  fitSync,
  gelu,
  type LossSpec,
  type LRScheduler,
  layerNorm,
  linear,
  type Model,
  type Optimizer,
  relu,
  StepLR,
  StochasticWeightAverage,
  sequential,
  silu,
  tanh,
} from '../../src/index.js';
import { type AnyOptions, optimizers, variants } from '../optimizers.js';
import { Draw, proofArguments, writeFigures } from './proof.js';

const makers = [...optimizers.values()].flatMap((Class) => variants(Class).map(([, options]) => ({ Class, options })));

/** A fit of random everything, and the same by hand. */
interface Problem {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: number;
  readonly loss: LossSpec;
  readonly classes: boolean;
  readonly make: (typeof makers)[number];
  readonly groups: boolean;
  readonly frozen: number;
  readonly N: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly epochs: number;
  readonly dropLast: boolean;
  readonly clipGradNorm: number | undefined;
  readonly clipGradValue: number | undefined;
  readonly weighted: boolean;
  readonly schedule: number;
  readonly average: number;
  readonly seed: number;
}

export function problemOf(draw: Draw): Problem {
  const classes = draw.chance(0.3);
  const outputs = classes ? 2 + draw.below(3) : 1 + draw.below(3);
  const weights = Array.from({ length: outputs }, () => 0.25 + draw.next());
  const named: LossSpec[] = ['mse', 'l1', 'huber', 'halfSquaredError', 'binaryCrossEntropy', { huber: { delta: 0.3 } }];
  if (outputs === 1) named.push({ binaryCrossEntropy: { classWeights: [0.5, 2 * draw.next()] } });
  const crossEntropies: LossSpec[] = [
    'crossEntropy',
    { crossEntropy: { labelSmoothing: draw.next(), classWeights: weights } },
  ];
  const clips = draw.chance(0.4) ? draw.one([0, 0.001, 0.05]) : undefined;
  const batchSize = 2 + draw.below(9);
  // Scaled by hand as exactly as by a step: by powers of two where gradients are clipped by value.
  const accumulate = clips === undefined ? 1 + draw.below(4) : draw.one([1, 2, 4]);
  const whole = batchSize * accumulate * (1 + draw.below(3));
  const rest = clips === undefined ? draw.below(batchSize) : 0;
  return {
    inputs: 1 + draw.below(6),
    outputs,
    layers: draw.below(4),
    loss: draw.one(classes ? crossEntropies : named),
    classes,
    make: draw.one(makers),
    groups: draw.chance(0.3),
    frozen: draw.chance(0.3) ? draw.below(4) : -1,
    // A batch of one row alone is nothing that batchNorm could train on.
    N: whole + (rest === 1 ? 0 : rest),
    batchSize,
    accumulate,
    epochs: 1 + draw.below(3),
    dropLast: draw.chance(0.2),
    clipGradNorm: draw.chance(0.4) ? draw.one([0, 0.01, 0.5, 1e6]) : undefined,
    clipGradValue: clips,
    weighted: draw.chance(0.3),
    schedule: draw.below(6),
    average: draw.below(4),
    seed: draw.below(1e6),
  };
}

function modelOf({ inputs, outputs, layers, seed }: Problem): Model {
  const draw = new Draw(seed);
  const width = () => 1 + draw.below(8);
  let given = inputs;
  const hidden = Array.from({ length: layers }, () => {
    const U = width();
    const block = [linear(given, U, { seed: draw.below(1e6), bias: draw.chance(0.8) })];
    given = U;
    if (draw.chance(0.3)) block.push(draw.one([() => batchNorm(U), () => layerNorm(U)])());
    block.push(draw.one([relu, tanh, gelu, silu])());
    if (draw.chance(0.3)) block.push(dropout(0.3, { seed: draw.below(1e6) }));
    return block;
  });
  return sequential(...hidden.flat(), linear(given, outputs, { seed: draw.below(1e6) }));
}

/** All that training changes. */
function setUp(problem: Problem) {
  const model = modelOf(problem);
  const params = model.parameters();
  const frozen = params[problem.frozen];
  if (frozen && params.length > 1) frozen.requiresGrad = false;
  const { Class, options } = problem.make;
  const groups = problem.groups
    ? [{ params: params.slice(1), lr: 0.003 }, { params: [params[0]!] }]
    : [{ params: [...params] }];
  const optimizer: Optimizer<AnyOptions> = new Class(
    groups.filter(({ params }) => params.length > 0) as never,
    options,
  );
  const schedules: (() => LRScheduler)[] = [
    () => new StepLR(optimizer, { stepSize: 2, gamma: 0.7 }),
    () => new CosineAnnealingLR(optimizer, { tMax: 7 }),
    () => new ExponentialLR(optimizer, { gamma: 0.9 }),
    () => new CyclicLR(optimizer, { baseLr: 0.001, maxLr: 0.02, stepSizeUp: 3, cycleMomentum: false }),
  ];
  const scheduler = schedules[problem.schedule]?.();
  const average =
    problem.average === 0
      ? new ExponentialMovingAverage(params, { decay: 0.8 })
      : problem.average === 1
        ? new StochasticWeightAverage(params.slice(-2))
        : undefined;
  const state = () =>
    JSON.stringify([
      encodeStateDict(model.stateDict()),
      encodeStateDict(optimizer.stateDict() as never),
      scheduler?.stateDict(),
      average && encodeStateDict({ averages: average.stateDict().averages, count: average.count } as never),
      model.layers.map(({ generator }) => `${generator?.state}`),
    ]);
  const dispose = () => {
    average?.dispose();
    optimizer.dispose();
    model.dispose();
  };
  return { model, params, optimizer, scheduler, average, state, dispose };
}

function dataOf({ N, inputs, outputs, classes, seed, weighted }: Problem) {
  const draw = new Draw(seed + 1);
  const number = () => 2 * draw.next() - 1;
  const rows = Array.from({ length: N }, () => Array.from({ length: inputs }, number));
  const targets = classes
    ? Array.from({ length: N }, () => draw.below(outputs))
    : Array.from({ length: N }, () => Array.from({ length: outputs }, () => draw.next()));
  const orders = Array.from({ length: 3 }, () => {
    const order = Uint32Array.from({ length: N }, (_, i) => i);
    for (let i = N - 1; i > 0; i--) {
      const j = draw.below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  });
  const weights = weighted ? Float32Array.from({ length: N }, () => draw.next()) : undefined;
  return { data: dataset(rows, targets as number[][]), orders, weights };
}

/** Trains both ways. @throws Error where a bit differs */
export function check(problem: Problem): void {
  const { data, orders, weights } = dataOf(problem);
  const { loss, batchSize, accumulate, epochs, dropLast, clipGradNorm: maxNorm, clipGradValue: maxValue, N } = problem;
  const fused = setUp(problem);
  const { status } = fitSync(fused.model, data, {
    ...{ loss, optimizer: fused.optimizer, epochs, batchSize, accumulate, dropLast, scheduleEvery: 'step' },
    sampleOrder: (epoch) => orders[epoch]!,
    ...{ scheduler: fused.scheduler, average: fused.average, clipGradNorm: maxNorm, clipGradValue: maxValue },
    sampleWeights: weights,
  });
  if (status !== 'completed') throw new Error(`the fit ended ${status}`);

  const hand = setUp(problem);
  const { model, params, optimizer, scheduler, average } = hand;
  const { features, targets } = data;
  const pick = (values: Float32Array, rows: Uint32Array) => {
    const width = values.length / N;
    return Float32Array.from(
      { length: rows.length * width },
      (_, i) => values[rows[Math.floor(i / width)]! * width + (i % width)]!,
    );
  };
  const active = params.filter(({ requiresGrad }) => requiresGrad);
  const end = dropLast ? N - (N % batchSize) : N;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let gathered = 0;
    for (let start = 0; start < end; start += batchSize) {
      const rows = orders[epoch]!.subarray(start, Math.min(start + batchSize, end));
      model.lossAndGrad(loss, pick(features.data, rows), pick(targets.data, rows), {
        accumulate: gathered > 0,
        weights: weights && pick(weights, rows),
      });
      gathered++;
      if (gathered < accumulate && start + batchSize < end) continue;
      if (maxValue === undefined) optimizer.step({ gradScale: 1 / gathered, clipGradNorm: maxNorm });
      else {
        for (const { grad } of params) for (let i = 0; i < grad.length; i++) grad[i] = grad[i]! / gathered;
        if (maxNorm !== undefined) clipGradNorm(active, maxNorm);
        clipGradValue(active, maxValue);
        optimizer.step();
      }
      gathered = 0;
      scheduler?.step();
      average?.update();
    }
  }
  const [one, other] = [fused.state(), hand.state()];
  for (const part of [fused, hand, data]) part.dispose();
  if (one !== other) throw new Error(`bits differ: ${JSON.stringify(problem)}\n${one}\n${other}`);
}

/** Checks `count` problems drawn from `seed`. Returns how many differ in a bit, with the first that does. */
export function run(count: number, seed: number): { readonly different: number; readonly first: unknown } {
  const draw = new Draw(seed);
  let different = 0;
  let first: unknown;
  for (let i = 0; i < count; i++) {
    try {
      check(problemOf(draw));
    } catch (error) {
      different++;
      first ??= error;
    }
  }
  return { different, first };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { count, seed, write } = proofArguments(50_000);
  const start = performance.now();
  const { different, first } = run(count, seed);
  const seconds = Math.round((performance.now() - start) / 1000);
  const figures = `${count.toLocaleString('en')} fits of seed ${seed} against the steps by hand: ${different} differ in a bit, in ${seconds} s.`;
  console.log(figures);
  if (first !== undefined) throw first;
  if (write) writeFigures('equality', figures);
}
