import { LBFGS } from '../optim/lbfgs.js';
import type { Optimizer } from '../optim/optimizer.js';
import {
  abortSignal,
  finiteNumber,
  func,
  isPromise,
  nonNegative,
  nonNegativeInt,
  positive,
  positiveInt,
  readOptions,
  refuse,
  unchecked,
} from '../validate.js';
import { Objective } from './objective.js';

// biome-ignore lint/suspicious/noExplicitAny: an optimizer of any options
type AnyOptimizer = Optimizer<any> | LBFGS;

/** A class of optimizers, such as {@link Adam}. */
export type OptimizerClass = new (params: readonly Float32Array[], options?: { readonly lr?: number }) => AnyOptimizer;

/** The function to minimise: returns the loss at x and writes its gradient to `grad`. */
export type Differentiable = (x: Float32Array, grad: Float32Array) => number;

/** Progress of a running {@link minimize}, after a step. */
export interface MinimizeProgress {
  /** Steps taken so far. */
  readonly steps: number;
  /** The point itself, not a copy: do not keep or change it. */
  readonly x: Float32Array;
  /** The loss at x. */
  readonly loss: number;
  /** Largest component of the gradient at x. */
  readonly gradNorm: number;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /**
   * A class, or a function that makes an optimizer of its own options for `params`. Default: {@link LBFGS} with the strong Wolfe line
   * search, which on smooth functions needs tens of evaluations where first-order methods need thousands, and no learning rate.
   * Choose another, such as {@link Adam}, where the function has kinks or noise.
   */
  readonly optimizer?: OptimizerClass | ((params: readonly Float32Array[]) => AnyOptimizer) | undefined;
  /** Learning rate for the class; its own default when left out. */
  readonly lr?: number | undefined;
  /**
   * Typical size of each parameter, one number for all or one for each: parameters of very different sizes are then equally easy to move.
   * Default: the size of x0 for LBFGS (1 where x0 is 0), else 1. It is rounded to a power of 2, so that scaling changes no digit of x.
   */
  readonly scale?: number | ArrayLike<number> | undefined;
  /** Steps to take at most; for LBFGS one step is one iteration, line search included. Default 1000. */
  readonly maxSteps?: number | undefined;
  /** Bound of convergence: no component |g_i| max(|x_i|, scale_i) of the scaled gradient is larger; here `scale` is 1 unless given. Default 1e-5. */
  readonly tolerance?: number | undefined;
  /** Called after every step; return `false` to stop there. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly onStep?: ((progress: MinimizeProgress) => boolean | void) | undefined;
  /** Ends it before the next step. `minimize` does not yield to the event loop: abort from `fun` or `onStep`. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/**
 * Result of a minimisation, with its status:
 *
 * - `converged`: no component of the scaled gradient at x is larger than `tolerance`.
 * - `maxSteps`: `maxSteps` steps were taken.
 * - `stopped`: `onStep` returned false at x.
 * - `aborted`: the `signal` was aborted.
 * - `stalled`: LBFGS finds no lower point, also after a restart without its history, though the gradient is above the tolerance. Often x
 *   is the minimum as far as float32 resolves it: compare `gradNorm` with what rounding x in its last place would change. Otherwise
 *   `grad` is not the gradient of the loss, or the optimizer has tolerances of its own.
 * - `diverged`: the loss or its gradient became NaN or infinite, in the last step that is counted.
 */
export interface MinimizeResult {
  readonly status: 'converged' | 'maxSteps' | 'stopped' | 'aborted' | 'stalled' | 'diverged';
  /** The point where it converged or was stopped; otherwise the one with the lowest finite loss that was evaluated, or x0. A new array. */
  readonly x: Float32Array;
  /** The loss at x. */
  readonly loss: number;
  /** Steps taken. */
  readonly steps: number;
  /** Calls of the function, without those that check whether it writes its gradient when this is zero at x0. */
  readonly evaluations: number;
}

/** LBFGS as `minimize` runs it: an iteration per step, and no tolerance but `minimize`'s own. */
const LBFGS_OPTIONS = {
  maxIter: 1,
  historySize: 20,
  toleranceGrad: 0,
  toleranceChange: 0,
  lineSearchFn: 'strong_wolfe',
} as const;

/**
 * Minimises a function of an array of float32 numbers, given its gradient. It returns when it has ended, without yielding to the event loop.
 *
 * LBFGS works on x / scale. Where it finds no lower point, it starts once more from there: without its history, scaled by that point.
 *
 * @param fun - returns the loss at `x` and writes its gradient to `grad`, which is zero-filled before each call. The same x must give the same loss; it must
 *   not change x, nor keep either array
 * @param x0 - the start; it is not changed
 * @param options - see {@link MinimizeOptions}
 * @returns the minimum, and how it ended: see {@link MinimizeResult}
 * @throws TypeError or RangeError for a wrong argument, a loss that is no number, or a function that never writes its gradient; and
 *   whatever `fun` or `onStep` throws
 * @example
 * ```ts
 * import { minimize } from 'adamas';
 * const rosenbrock = ([x, y]: Float32Array, grad: Float32Array) => {
 *   grad[0] = -2 * (1 - x!) - 400 * x! * (y! - x! * x!);
 *   grad[1] = 200 * (y! - x! * x!);
 *   return (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2;
 * };
 * const { x, status } = minimize(rosenbrock, [-1.2, 1]);
 * console.log(status, x[0]!.toFixed(3), x[1]!.toFixed(3)); // converged 1.000 1.000
 * ```
 */
export function minimize(fun: Differentiable, x0: ArrayLike<number>, options: MinimizeOptions = {}): MinimizeResult {
  func('minimize: fun', fun);
  const { maxSteps, tolerance, scale, onStep, signal } = readOptions('minimize', options, {
    optimizer: [func, undefined],
    lr: [unchecked, undefined],
    scale: [unchecked, undefined],
    maxSteps: [nonNegativeInt, 1000],
    tolerance: [nonNegative, 1e-5],
    onStep: [func, undefined],
    signal: [abortSignal, undefined],
  });
  const start = readStart(x0);
  const sizes = readScale(scale, start.length);
  const isDefault = options.optimizer === undefined || options.optimizer === LBFGS;
  const objective = new Objective(fun, start, sizes);
  if (isDefault && sizes === undefined) objective.scaleBySize();
  let optimizer = make(options, objective.u);
  let restarted = false;
  let reported = 0;
  try {
    for (let steps = 0; ; steps++) {
      objective.evaluate();
      const here = objective.point();
      const end = (status: MinimizeResult['status'], point = objective.best): MinimizeResult => {
        return { status, ...point, steps, evaluations: objective.evaluations };
      };
      if (!objective.isFinite()) return end('diverged');
      const { x, loss, gradNorm } = objective;
      const given = steps > reported ? onStep?.({ steps, x, loss, gradNorm }) : undefined;
      if (isPromise(given)) refuse(TypeError, 'minimize: what onStep returns', 'be true, false or nothing', given);
      const stop = given === false;
      reported = steps;
      const scaledGradNorm = objective.scaledGradNorm();
      if (scaledGradNorm <= tolerance) return end('converged', here);
      if (stop) return end('stopped', here);
      if (signal?.aborted) return end('aborted');
      if (steps >= maxSteps) return end('maxSteps');
      if (!(optimizer instanceof LBFGS)) {
        optimizer.step([objective.scaledGrad()]);
        continue;
      }
      optimizer.step(closureOf(objective));
      // From where LBFGS did not move it never will, and it does not move to where the loss is not finite.
      const moved = objective.hasMovedFrom(here.x);
      if (!moved && !objective.isFinite()) return end('diverged');
      if (moved && (!isDefault || objective.improves(loss, scaledGradNorm))) continue;
      if (!isDefault) return end('stalled');
      objective.polish();
      if (objective.scaledGradNorm() > tolerance) {
        if (restarted) return end('stalled');
        restarted = true;
        optimizer.dispose();
        if (sizes === undefined) objective.scaleBySize();
        optimizer = make(options, objective.u);
      }
      if (!objective.hasMovedFrom(here.x)) steps--; // a restart is no step
    }
  } finally {
    optimizer.dispose();
  }
}

/** The objective as LBFGS asks for it. */
function closureOf(objective: Objective): (grads: readonly Float32Array[]) => number {
  return ([out]) => {
    objective.evaluate();
    out!.set(objective.scaledGrad());
    return objective.loss;
  };
}

function readStart(x0: ArrayLike<number>): Float32Array<ArrayBuffer> {
  positiveInt('minimize: x0.length', Object(x0).length);
  return Float32Array.from(x0, (value, i) => {
    finiteNumber(`minimize: x0[${i}]`, value);
    finiteNumber(`minimize: x0[${i}] as a float32`, Math.fround(value));
    return value;
  });
}

/** The sizes of all parameters; undefined where none are given. */
function readScale(scale: number | ArrayLike<number> | undefined, length: number): number[] | undefined {
  if (scale === undefined) return undefined;
  if (typeof scale === 'number') {
    positive('minimize: scale', scale);
    return new Array<number>(length).fill(scale);
  }
  if (typeof scale !== 'object' || scale === null || scale.length !== length) {
    const Kind = typeof Object(scale).length === 'number' ? RangeError : TypeError;
    refuse(Kind, 'minimize: scale', `be a number, or an array of ${length}, one per parameter`, scale);
  }
  return Array.from(scale, (value, i) => {
    positive(`minimize: scale[${i}]`, value);
    return value;
  });
}

function make({ optimizer: Maker, lr }: MinimizeOptions, u: Float32Array): AnyOptimizer {
  const given = lr === undefined ? {} : { lr };
  if (Maker === undefined || Maker === LBFGS) return new LBFGS([u], { ...LBFGS_OPTIONS, ...given });
  // Only a class has a step to inherit.
  if (typeof Maker.prototype?.step === 'function') return new (Maker as OptimizerClass)([u], given);
  if (lr !== undefined) throw new TypeError('minimize: lr must be left out when optimizer is a function');
  const made = (Maker as (params: readonly Float32Array[]) => AnyOptimizer)([u]);
  func('minimize: step of what optimizer returns', made?.step);
  return made;
}
