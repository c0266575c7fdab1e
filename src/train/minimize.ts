import type { AbortSignalLike } from '../hostTypes.js';
import { LBFGS } from '../optim/lbfgs.js';
import { maxAbs } from '../optim/lineSearch.js';
import type { Optimizer } from '../optim/optimizer.js';
import {
  abortSignal,
  checkNumber,
  finiteNumber,
  func,
  nonNegative,
  nonNegativeInt,
  positiveInt,
  readOptions,
  unchecked,
} from '../validate.js';

// biome-ignore lint/suspicious/noExplicitAny: whatever its options are
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
  /** The largest component of the gradient at x. */
  readonly gradNorm: number;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /**
   * A class, or a function that makes an optimizer of its own options for `params`. Default: {@link LBFGS} with the strong Wolfe line
   * search, which on smooth functions needs tens of evaluations where first-order methods need thousands, and no learning rate.
   * Choose another, such as {@link Adam}, where the function has kinks or noise.
   */
  readonly optimizer?: (OptimizerClass | ((params: readonly Float32Array[]) => AnyOptimizer)) | undefined;
  /** Learning rate for the class; its own default when left out. */
  readonly lr?: number | undefined;
  /** Steps to take at most; for LBFGS one step is one iteration, line search included. Default 1000. */
  readonly maxSteps?: number | undefined;
  /** Converged where no component of the gradient is larger: its infinity norm. Default 1e-5. */
  readonly tolerance?: number | undefined;
  /** Called after every step; return `false` to stop there. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly onStep?: ((progress: MinimizeProgress) => boolean | void) | undefined;
  /** Ends it before the next step. Since it does not give the host its turn, abort from `fun` or `onStep`. */
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Result of a minimisation. Its `status` says how it ended.
 *
 * - `converged`: no component of the gradient at x is larger than `tolerance`; or LBFGS knows the curvature, and the way to where it expects
 *   the minimum is shorter than float32 resolves at x (1e-6 of x).
 * - `maxSteps`: that many steps were taken.
 * - `stopped`: `onStep` returned false at x.
 * - `aborted`: the `signal` was aborted.
 * - `stalled`: LBFGS moves no further though it expects a lower point, often because `grad` is not the gradient of the loss, or because of
 *   tolerances of its own that `optimizer` gave it.
 * - `diverged`: the loss or its gradient became NaN or infinite, in the last step that is counted.
 */
export interface MinimizeResult {
  readonly status: 'converged' | 'maxSteps' | 'stopped' | 'aborted' | 'stalled' | 'diverged';
  /** The point at which it converged or was stopped; otherwise the point with the lowest finite loss that was evaluated, or x0. A new array. */
  readonly x: Float32Array;
  /** The loss at x. */
  readonly loss: number;
  /** Steps taken. */
  readonly steps: number;
  /** Calls of the function. */
  readonly evaluations: number;
}

/** A step smaller than this part of x is lost in the rounding of x, and of the gradient at it, to float32. */
const RESOLUTION = 1e-6;

/** LBFGS as `minimize` runs it: an iteration a step, and no tolerance but `minimize`'s own. */
const LBFGS_OPTIONS = {
  maxIter: 1,
  historySize: 20,
  toleranceGrad: 0,
  toleranceChange: 0,
  lineSearchFn: 'strong_wolfe',
} as const;

/**
 * Minimises a function of an array of float32 numbers, given its gradient. Runs until it has ended, without giving the host its turn.
 *
 * @param fun - returns the loss at `x` and writes its gradient to `grad`, which comes as zeros. The same x must give the same loss; it must
 *   not change x, nor keep either array
 * @param x0 - where to begin; it is not changed
 * @param options - see {@link MinimizeOptions}
 * @returns the minimum, and how it ended: see {@link MinimizeResult}
 * @throws TypeError or RangeError for a wrong argument or a loss that is no number; and whatever `fun` or `onStep` throws
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
  const { maxSteps, tolerance, onStep, signal } = readOptions('minimize', options, {
    optimizer: [func, undefined],
    lr: [unchecked, undefined],
    maxSteps: [nonNegativeInt, 1000],
    tolerance: [nonNegative, 1e-5],
    onStep: [func, undefined],
    signal: [abortSignal, undefined],
  });
  positiveInt('minimize: x0.length', Object(x0).length);
  const x = Float32Array.from(x0, (value, i) => {
    finiteNumber(`minimize: x0[${i}]`, value);
    return value;
  });
  const grad = new Float32Array(x.length);
  let loss = Number.NaN;
  let gradNorm = loss;
  let evaluations = 0;
  let best = { x: x.slice(), loss };
  /** The point that was evaluated last. */
  let last: Float32Array<ArrayBuffer> | undefined;

  const sane = () => Number.isFinite(loss + gradNorm);
  /** The loss at x, which is not computed twice in a row. */
  const evaluate = (): void => {
    if (last !== undefined && same(x, last)) return;
    last = x.slice();
    grad.fill(0);
    evaluations++;
    loss = fun(x, grad);
    checkNumber('minimize: what fun returns', loss, 'the loss as a number', () => true);
    gradNorm = maxAbs(grad);
    if (sane() && !(loss >= best.loss)) best = { x: last, loss };
  };
  const optimizer = make(options, x);
  try {
    for (let steps = 0; ; steps++) {
      evaluate();
      const end = (status: MinimizeResult['status'], point = best): MinimizeResult => {
        return { status, ...point, steps, evaluations };
      };
      if (!sane()) return end('diverged');
      const here = { x: x.slice(), loss };
      const stop = steps > 0 && onStep?.({ steps, x, loss, gradNorm }) === false;
      if (gradNorm <= tolerance) return end('converged', here);
      if (stop) return end('stopped', here);
      if (signal?.aborted) return end('aborted');
      if (steps >= maxSteps) return end('maxSteps');
      if (optimizer instanceof LBFGS) {
        optimizer.step(([out]) => {
          evaluate();
          out!.set(grad);
          return loss;
        });
        // From where it did not move it never will; and it does not move to where the loss is not finite.
        if (same(x, here.x)) {
          if (!sane()) return end('diverged');
          const { d, ro } = optimizer.stateDict().state[0]!;
          const resolved = ro.length > 0 && maxAbs(d) <= RESOLUTION * maxAbs(x);
          return resolved ? end('converged', here) : end('stalled');
        }
      } else optimizer.step([grad]);
    }
  } finally {
    optimizer.dispose();
  }
}

function make({ optimizer: Maker, lr }: MinimizeOptions, x: Float32Array): AnyOptimizer {
  const given = lr === undefined ? {} : { lr };
  if (Maker === undefined || Maker === LBFGS) return new LBFGS([x], { ...LBFGS_OPTIONS, ...given });
  // Only a class has a step to inherit.
  if (typeof Maker.prototype?.step === 'function') return new (Maker as OptimizerClass)([x], given);
  if (lr !== undefined) throw new TypeError('minimize: lr must be left out when optimizer is a function');
  const made = (Maker as (params: readonly Float32Array[]) => AnyOptimizer)([x]);
  func('minimize: step of what optimizer returns', made?.step);
  return made;
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}
