// The paths of optimizers over a landscape: adamas' own steps on an array of two numbers.
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  Lion,
  minimize,
  NAdam,
  type Optimizer,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
} from 'adamas';
import { LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import type { OptimizerName, Runner } from './optimizers.js';

type Params = readonly Float32Array[];

/** L-BFGS is run by `minimize`, which has its line search. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its options are
const MAKERS: Readonly<Record<Exclude<OptimizerName, 'lbfgs'>, (params: Params, lr: number) => Optimizer<any>>> = {
  sgd: (params, lr) => new SGD(params, { lr }),
  momentum: (params, lr) => new SGD(params, { lr, momentum: 0.9 }),
  nesterov: (params, lr) => new SGD(params, { lr, momentum: 0.9, nesterov: true }),
  adagrad: (params, lr) => new Adagrad(params, { lr }),
  rmsprop: (params, lr) => new RMSprop(params, { lr }),
  adadelta: (params, lr) => new Adadelta(params, { lr }),
  adam: (params, lr) => new Adam(params, { lr }),
  amsgrad: (params, lr) => new Adam(params, { lr, amsgrad: true }),
  adamw: (params, lr) => new AdamW(params, { lr }),
  adamax: (params, lr) => new Adamax(params, { lr }),
  nadam: (params, lr) => new NAdam(params, { lr }),
  radam: (params, lr) => new RAdam(params, { lr }),
  lion: (params, lr) => new Lion(params, { lr }),
  rprop: (params, lr) => new Rprop(params, { lr }),
  asgd: (params, lr) => new ASGD(params, { lr }),
};

/** Paths to run. */
export interface PathsRequest {
  readonly landscape: LandscapeName;
  readonly start: Point;
  readonly steps: number;
  readonly runners: readonly Runner[];
}

/** The path of one optimizer. */
export interface Path {
  readonly name: OptimizerName;
  /** x and y before the first step and after each: 2 (steps + 1) numbers. Shorter where it converged or diverged. */
  readonly points: Float32Array;
  /** The function's value at each point. */
  readonly values: Float64Array;
  readonly diverged: boolean;
}

/** Runs the optimizers, one after the other. */
export const computePaths = ({ runners, ...request }: PathsRequest): Path[] =>
  runners.map((runner) => computePath(request, runner));

function computePath({ landscape, start, steps }: Omit<PathsRequest, 'runners'>, { name, lr }: Runner): Path {
  const { value, gradient } = LANDSCAPES[landscape];
  const points = [...new Float32Array(start)];
  const values = [value(points[0]!, points[1]!)];
  const visit = ([x, y]: Float32Array): boolean => {
    points.push(x!, y!);
    values.push(value(x!, y!));
    return Number.isFinite(values.at(-1)!);
  };
  if (name === 'lbfgs') {
    const fun = ([x, y]: Float32Array, grad: Float32Array) => {
      grad.set(gradient(x!, y!));
      return value(x!, y!);
    };
    minimize(fun, start, { lr, maxSteps: steps, onStep: ({ x }) => visit(x) });
  } else {
    const x = new Float32Array(start);
    const grad = new Float32Array(2);
    const optimizer = MAKERS[name]([x], lr);
    for (let t = 0; t < steps; t++) {
      grad.set(gradient(x[0]!, x[1]!));
      optimizer.step([grad]);
      if (!visit(x)) break;
    }
    optimizer.dispose();
  }
  const diverged = !Number.isFinite(values.at(-1)!);
  return { name, points: Float32Array.from(points), values: Float64Array.from(values), diverged };
}
