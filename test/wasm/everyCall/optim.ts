// Calls of `adamas`: optimizers, clipping, schedules, averages.
import {
  Adam,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  clipGradNorm,
  clipGradValue,
  ExponentialLR,
  ExponentialMovingAverage,
  LambdaLR,
  LBFGS,
  LinearLR,
  type LRScheduler,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  type Optimizer,
  PolynomialLR,
  parameter,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
  StochasticWeightAverage,
  SWALR,
  tensor,
  warmupCosine,
} from '../../../src/index.js';
import { type AnyOptions, optimizers, variants } from '../../optimizers.js';
import { type Calls, type Hold, makeModel, makeNormal, type Prepare, trained, x, y } from './table.js';

const makeParams = (hold: Hold) => [hold(parameter([1, 2, 3, 4], [2, 2])), hold(parameter([5]))];

/** An optimizer of a class over parameters with gradients, which has taken some steps. */
function stepped(
  hold: Hold,
  Class: new (params: never, options: never) => Optimizer<AnyOptions>,
  options: object,
  steps: number,
) {
  const params = makeParams(hold);
  const optimizer = hold(new Class(params as never, options as never));
  for (const { grad } of params) grad.fill(0.5);
  for (let i = 0; i < steps; i++) optimizer.step();
  return { params, optimizer };
}

/** Each optimizer with each of its variants: made, its first step, and a state loaded of one with all switches on. */
const ofEach: [string, Prepare][] = [...optimizers].flatMap(([name, Class]): [string, Prepare][] => [
  [
    `new ${name}`,
    (hold) => {
      const params = [...makeParams(hold), new Float32Array(3)];
      return () => new Class(params as never);
    },
  ],
  ...variants(Class).flatMap(([text, options]): [string, Prepare][] => [
    [
      `Optimizer.step: ${name} ${text}`,
      (hold) => {
        const { optimizer } = stepped(hold, Class, options, 0);
        return () => optimizer.step({ clipGradNorm: 1 });
      },
    ],
    [
      `Optimizer.loadStateDict: ${name} ${text}`,
      (hold) => {
        const dict = stepped(hold, Class, options, 2).optimizer.stateDict();
        const { optimizer } = stepped(hold, Class, {}, 1);
        return () => optimizer.loadStateDict(dict);
      },
    ],
    [
      `Optimizer.stateDict: ${name} ${text}`,
      (hold) => {
        const { optimizer } = stepped(hold, Class, {}, 1);
        Object.assign(optimizer.paramGroups[0]!, options);
        return () => optimizer.stateDict();
      },
    ],
  ]),
]);

const schedules: Readonly<Record<string, (optimizer: SGD) => LRScheduler>> = {
  ChainedScheduler: (optimizer) =>
    new ChainedScheduler([new ConstantLR(optimizer), new ExponentialLR(optimizer, { gamma: 0.9 })]),
  ConstantLR: (optimizer) => new ConstantLR(optimizer),
  CosineAnnealingLR: (optimizer) => new CosineAnnealingLR(optimizer, { tMax: 9 }),
  CosineAnnealingWarmRestarts: (optimizer) => new CosineAnnealingWarmRestarts(optimizer, { t0: 3 }),
  CyclicLR: (optimizer) => new CyclicLR(optimizer, { baseLr: 0.01, maxLr: 0.1, cycleMomentum: false }),
  ExponentialLR: (optimizer) => new ExponentialLR(optimizer, { gamma: 0.9 }),
  LambdaLR: (optimizer) => new LambdaLR(optimizer, { lrLambda: (t) => 1 / (1 + t) }),
  LinearLR: (optimizer) => new LinearLR(optimizer),
  MultiplicativeLR: (optimizer) => new MultiplicativeLR(optimizer, { lrLambda: () => 0.9 }),
  MultiStepLR: (optimizer) => new MultiStepLR(optimizer, { milestones: [1, 3] }),
  OneCycleLR: (optimizer) => new OneCycleLR(optimizer, { maxLr: 0.1, totalSteps: 9, cycleMomentum: false }),
  PolynomialLR: (optimizer) => new PolynomialLR(optimizer),
  ReduceLROnPlateau: (optimizer) => new ReduceLROnPlateau(optimizer),
  SequentialLR: (optimizer) =>
    new SequentialLR(optimizer, {
      schedulers: [new ConstantLR(optimizer), new ExponentialLR(optimizer, { gamma: 0.9 })],
      milestones: [2],
    }),
  StepLR: (optimizer) => new StepLR(optimizer, { stepSize: 2 }),
  SWALR: (optimizer) => new SWALR(optimizer, { swaLr: 0.05 }),
};

/** A call of a schedule of this name. */
const scheduled =
  (name: string, call: (schedule: LRScheduler) => unknown): Prepare =>
  (hold) => {
    const { optimizer } = stepped(hold, SGD as never, { lr: 0.1 }, 1);
    const schedule = hold(schedules[name]!(optimizer as never));
    return () => call(schedule);
  };

const average =
  (
    call: (average: StochasticWeightAverage) => unknown,
    prepare?: (average: StochasticWeightAverage) => void,
  ): Prepare =>
  (hold) => {
    const model = hold(makeNormal());
    const one = hold(new StochasticWeightAverage(model));
    one.update();
    prepare?.(one);
    return () => call(one);
  };

export const optim: Calls = {
  ...Object.fromEntries(ofEach),
  ...Object.fromEntries(
    Object.entries(schedules).map(([name, make]): [string, Prepare] => [
      `new ${name}`,
      (hold) => {
        const { optimizer } = stepped(hold, SGD as never, { lr: 0.1 }, 1);
        return () => {
          make(optimizer as never);
          // It is no change that it was made: the schedule has set lr.
          Object.assign(optimizer.paramGroups[0]!, { lr: 0.1 });
        };
      },
    ]),
  ),
  warmupCosine: (hold) => {
    const { optimizer } = stepped(hold, SGD as never, { lr: 0.1 }, 1);
    return () => {
      warmupCosine(optimizer as never, { warmupSteps: 2, totalSteps: 9 });
    };
  },
  'ChainedScheduler.step': scheduled('ChainedScheduler', (one) => one.step()),
  'RecursiveSchedule.step': scheduled('StepLR', (one) => one.step()),
  'ReduceLROnPlateau.step': scheduled('ReduceLROnPlateau', (one) => one.step(1)),
  'SequentialLR.step': scheduled('SequentialLR', (one) => one.step()),
  'Schedule.stateDict': scheduled('StepLR', (one) => one.stateDict()),
  'Schedule.loadStateDict': scheduled('StepLR', (one) => one.loadStateDict(one.stateDict())),
  'Schedule.toJSON': scheduled('StepLR', (one) => {
    try {
      return JSON.stringify(one);
    } catch (error) {
      return error instanceof TypeError;
    }
  }),
  'Optimizer.step: arrays of your own': (hold) => {
    const own = hold(new Float32Array([1, 2, 3]));
    const optimizer = hold(new Adam([own], { lr: 0.1 }));
    const grad = hold(tensor([1, 2, 3]));
    return () => optimizer.step([grad.data]);
  },
  'Optimizer.step: a parameter is frozen': (hold) => {
    const { model, optimizer } = trained(hold);
    model.parameters()[0]!.requiresGrad = false;
    return () => optimizer.step();
  },
  'Optimizer.step: amsgrad is turned on': (hold) => {
    const { optimizer } = trained(hold);
    optimizer.paramGroups[0]!.amsgrad = true;
    return () => optimizer.step();
  },
  'Optimizer.addParamGroup': (hold) => {
    const { optimizer } = trained(hold);
    const [one, other] = makeParams(hold);
    return () => optimizer.addParamGroup({ params: [one!, other!], lr: 0.1 });
  },
  'Optimizer.zeroGrad': (hold) => {
    const { optimizer } = trained(hold);
    return () => optimizer.zeroGrad();
  },
  'new LBFGS': (hold) => {
    const params = makeParams(hold);
    return () => new LBFGS(params);
  },
  'LBFGS.addParamGroup': (hold) => {
    const optimizer = hold(new LBFGS(makeParams(hold)));
    return () => {
      try {
        return optimizer.addParamGroup();
      } catch (error) {
        return (error as Error).message;
      }
    };
  },
  'LBFGS.step': (hold) => {
    const model = hold(makeModel());
    const optimizer = hold(new LBFGS(model.parameters(), { maxIter: 2 }));
    return () => optimizer.step(() => model.lossAndGrad('mse', x, y));
  },
  'LBFGS.stateDict': (hold) => {
    const optimizer = hold(new LBFGS(makeParams(hold)));
    return () => optimizer.stateDict();
  },
  'LBFGS.loadStateDict': (hold) => {
    const optimizer = hold(new LBFGS(makeParams(hold)));
    return () => optimizer.loadStateDict(optimizer.stateDict());
  },
  'LBFGS.zeroGrad': (hold) => {
    const optimizer = hold(new LBFGS(makeParams(hold)));
    return () => optimizer.zeroGrad();
  },
  clipGradNorm: (hold) => {
    const { params } = stepped(hold, SGD as never, { lr: 0.1 }, 0);
    return () => clipGradNorm(params, 0.1);
  },
  clipGradValue: (hold) => {
    const { params } = stepped(hold, SGD as never, { lr: 0.1 }, 0);
    return () => clipGradValue(params, 0.1);
  },
  'new ExponentialMovingAverage': (hold) => {
    const model = hold(makeNormal());
    return () => new ExponentialMovingAverage(model);
  },
  'new StochasticWeightAverage': (hold) => {
    const params = [...makeParams(hold), new Float32Array(3)];
    return () => new StochasticWeightAverage(params as never);
  },
  'WeightAverage.update': average((one) => one.update()),
  'WeightAverage.swap': average((one) => one.swap()),
  'WeightAverage.swapIn': average((one) => one.swapIn()),
  'WeightAverage.swapOut': average(
    (one) => one.swapOut(),
    (one) => one.swapIn(),
  ),
  'WeightAverage.stateDict': average((one) => one.stateDict()),
  'WeightAverage.loadStateDict': average((one) => one.loadStateDict(one.stateDict())),
};
