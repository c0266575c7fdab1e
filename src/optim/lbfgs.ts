import { Disposable, Pass } from '../resources.js';
import type { Parameter } from '../tensor.js';
import { checkNumber, fail, func, readOptions, refuse, wayFromText } from '../validate.js';
import { LBFGS_OPTIONS, type LBFGSOptions, type ResolvedLBFGSOptions } from './lbfgsOptions.js';
import { copyState, direction, freshState, type LBFGSState, type LBFGSStateDict } from './lbfgsState.js';
import {
  addDecay,
  areMarked,
  gradientOf,
  gradsOf,
  markZeros,
  moveTo,
  readTargets,
  sizeOf,
  type Target,
  valuesOf,
} from './lbfgsTargets.js';
import { dot, type LinePoint, maxAbs, strongWolfe } from './lineSearch.js';
import { optionsFromStateDict, optionsToStateDict } from './optionsStateDict.js';
import type { OptionsOf, ParamGroup } from './paramGroups.js';

/** Computes the loss and its gradients; see {@link LBFGS.step}. */
export type Closure = (grads: readonly Float32Array[]) => number;

/** The most calls of the closure that a step makes before its last iteration. */
function maxEvalOf({ maxEval, maxIter }: LBFGSOptions): number {
  return maxEval ?? Math.floor((maxIter * 5) / 4);
}

/**
 * L-BFGS, the algorithm of torch.optim.LBFGS: Newton's method with an inverse Hessian H estimated from the last steps.
 *
 *     s = the last step     y = the change of the gradient over it     rho = 1 / (y . s)
 *     d = -H g              by the two-loop recursion over the remembered (s, y), beginning with H = (s . y) / (y . y)
 *     p = p + t d           t = lr, in the first iteration lr min(1, 1 / |g|_1), or what the line search finds
 *
 * A pair with y . s <= 1e-10 is not remembered. The direction, the history and all sums are float64; parameters and gradients float32.
 * LBFGS never moves to a point where the closure gave a loss or gradient that is not finite; PyTorch does.
 *
 * When to choose it: for smooth functions whose value and gradient are exact (full batches, curve fitting, physics), with
 * `lineSearchFn: 'strong_wolfe'`: tens of evaluations do what takes first-order methods thousands. Not for mini-batches: an epoch of `fit` is one
 * iteration over all rows. To minimise a plain function, see {@link minimize}.
 *
 * Source: Nocedal and Wright, *Numerical Optimization*, algorithms 7.4 and 7.5; Liu and Nocedal (1989).
 *
 * @example
 * ```ts
 * import { LBFGS } from 'adamas';
 * const w = new Float32Array([3, -4]);
 * const optimizer = new LBFGS([w], { lineSearchFn: 'strong_wolfe' });
 * const closure = ([grad]: readonly Float32Array[]) => {
 *   grad!.set([2 * (w[0]! - 1), 20 * w[1]!]);
 *   return (w[0]! - 1) ** 2 + 10 * w[1]! ** 2;
 * };
 * console.log(optimizer.step(closure)); // 164
 * console.log(closure([new Float32Array(2)]) < 1e-9); // true
 * ```
 */
export class LBFGS extends Disposable {
  /** @internal Name of the class, which a minifier may change. */
  static readonly descriptor = { name: 'LBFGS' };
  /** The one group, with all options; change `paramGroups[0].lr` and the next step uses it. */
  declare readonly paramGroups: readonly [ParamGroup<ResolvedLBFGSOptions>];
  readonly #targets: readonly Target[];
  #state: LBFGSState;

  /**
   * @param params - parameters, or Float32Arrays of your own; there are no groups
   * @param options - see {@link LBFGSOptions}
   * @throws TypeError or RangeError for a wrong option, no parameters or one given twice
   */
  constructor(params: readonly Parameter[] | readonly Float32Array[], options: OptionsOf<LBFGSOptions> = {}) {
    super();
    this.#targets = readTargets(params);
    this.#state = freshState(sizeOf(this.#targets));
    const group = readOptions<LBFGSOptions, typeof LBFGS_OPTIONS>('LBFGS', options as LBFGSOptions, LBFGS_OPTIONS);
    this.paramGroups = [{ ...group, maxEval: maxEvalOf(group), params: [...params] }];
  }

  /** @throws Error always: like torch's, it has one group */
  addParamGroup(): never {
    throw new Error(
      'LBFGS: addParamGroup must not be called, since there is one group only: give all parameters to the constructor',
    );
  }

  /**
   * Takes up to `maxIter` iterations. Parameters with `requiresGrad = false` are not moved.
   *
   * @param closure - called several times, with the parameters at a different point each time. It computes the loss there, writes its
   *   gradients to the arrays it is given, one per parameter (for a `Parameter` that is its `grad`, which `lossAndGrad` writes), and returns
   *   the loss. It must not keep those arrays.
   * @returns the loss before the first iteration. If it or a gradient is not finite there, nothing is changed
   * @throws TypeError when the closure is missing, returns no number or never writes its gradients; UseAfterDisposeError; BusyError
   *   within a closure; and what the closure throws. The parameters are then as the last completed iteration left them, and the next call
   *   continues from there.
   */
  step(closure: Closure): number {
    func('LBFGS: closure', closure);
    const { params, maxIter, maxEval } = this.paramGroups[0];
    const pass = new Pass(
      'step',
      [this],
      params.filter((param) => param instanceof Disposable),
    );
    try {
      return this.#iterate(closure, maxIter, maxEval).loss;
    } finally {
      pass.dispose();
    }
  }

  /**
   * @internal One iteration, for `fit`. Returns the 2-norm of the gradient before it; NaN where that or the loss is not finite, and then nothing
   * is changed.
   */
  iterate(closure: Closure): number {
    const { loss, gradient } = this.#iterate(closure, 1, 1);
    return Number.isFinite(loss) ? Math.sqrt(dot(gradient, gradient)) : Number.NaN;
  }

  /** @internal Refuses options that it does not support in a fit over this number of rows. */
  checkFitOptions(call: string, options: Readonly<Record<string, unknown>>, rows: number): void {
    const why = 'LBFGS goes by all rows at once';
    const { batchSize = rows, accumulate } = options as { readonly batchSize?: number; readonly accumulate: number };
    if (batchSize < rows) fail(RangeError, `${call}: batchSize`, `be at least ${rows}, or left out: ${why}`, batchSize);
    if (accumulate > 1) fail(RangeError, `${call}: accumulate`, `be 1: ${why}`, accumulate);
    for (const key of ['sampleOrder', 'clipGradNorm', 'clipGradValue', 'skipNonFinite']) {
      const value = options[key];
      if (value !== undefined && value !== false) refuse(TypeError, `${call}: ${key}`, `be left out: ${why}`, value);
    }
  }

  /** Takes up to `maxIter` iterations. Returns loss and gradient before the first. */
  #iterate(closure: Closure, maxIter: number, maxEval: number): { loss: number; gradient: Float64Array } {
    const { lr, toleranceGrad, toleranceChange, historySize, lineSearchFn, weightDecay } = this.paramGroups[0];
    const state = this.#state;
    const targets = this.#targets;
    let x = valuesOf(targets);
    let evaluations = 0;
    const evaluate = (): number => {
      const loss = closure(gradsOf(targets));
      checkNumber('LBFGS: what closure returns', loss, 'the loss as a number', () => true);
      evaluations++;
      state.func_evals++;
      return weightDecay === undefined ? loss : loss + addDecay(targets, weightDecay);
    };
    const untouched = state.func_evals === 0 && markZeros(targets, -0);
    let loss = this.#first(evaluate, untouched);
    let g = gradientOf(targets);
    const start = { loss, gradient: g };
    const norm = maxAbs(g);
    if (untouched && Number.isFinite(loss) && areMarked(targets, -0)) this.#expectWritten(closure);
    if (!Number.isFinite(loss + norm) || norm <= toleranceGrad) return start;

    try {
      for (let iteration = 1; ; iteration++) {
        const d = direction(state, g, historySize);
        let t = state.n_iter > 0 ? lr : Math.min(1, 1 / g.reduce((sum, value) => sum + Math.abs(value), 0)) * lr;
        Object.assign(state, { d, t, prev_flat_grad: g, prev_loss: loss });
        const slope = dot(g, d);
        state.n_iter++;
        if (slope > -toleranceChange) break;

        // If the closure throws, the next call sees that the parameters have not moved.
        state.t = 0;
        const at = (t: number): LinePoint => {
          moveTo(targets, x, t, d);
          const loss = evaluate();
          const grad = gradientOf(targets);
          const slope = dot(grad, d);
          return { t, loss: Number.isFinite(loss + slope) ? loss : Infinity, grad, slope };
        };
        let point: LinePoint | undefined;
        if (lineSearchFn !== null) point = strongWolfe(at, { t: 0, loss, grad: g, slope }, t, maxAbs(d));
        else if (iteration < maxIter) point = at(t);
        if (point !== undefined) ({ t, loss, grad: g } = point);
        if (loss === Infinity) {
          state.n_iter--;
          moveTo(targets, x, 0, d);
          break;
        }
        moveTo(targets, x, t, d);
        x = valuesOf(targets);
        state.t = t;
        if (
          iteration >= maxIter ||
          evaluations >= maxEval ||
          maxAbs(g) <= toleranceGrad ||
          maxAbs(d) * t <= toleranceChange ||
          Math.abs(loss - state.prev_loss) < toleranceChange
        ) {
          break;
        }
      }
    } catch (error) {
      state.n_iter--;
      moveTo(targets, x, 0, state.d);
      throw error;
    }
    return start;
  }

  /** Writes zeros to every gradient. */
  zeroGrad(): void {
    this.assertUsable();
    for (const grad of gradsOf(this.#targets)) grad.fill(0);
  }

  /**
   * The state and options, in the shape and by the keys of torch.optim's `state_dict()`: plain data that shares nothing with the optimizer.
   *
   * @throws UseAfterDisposeError
   */
  stateDict(): LBFGSStateDict {
    this.assertUsable();
    const state: LBFGSStateDict['state'] = {};
    if (this.#state.func_evals > 0) state[0] = copyState('', sizeOf(this.#targets), this.#state);
    return {
      state,
      param_groups: [
        { ...optionsToStateDict(LBFGS_OPTIONS, this.paramGroups[0]), params: this.#targets.map((_, i) => i) },
      ],
    };
  }

  /**
   * Loads a state dict over parameters of the same sizes. Later steps are bit for bit those of the saved optimizer.
   *
   * @param dict - from `stateDict()`, or from torch
   * @throws TypeError or RangeError when it does not fit; UseAfterDisposeError; BusyError. Nothing is changed then.
   */
  loadStateDict(dict: LBFGSStateDict): void {
    this.assertIdle('loadStateDict');
    const label = 'LBFGS: loadStateDict';
    const { state, param_groups: groups } = Object(dict) as Partial<LBFGSStateDict>;
    if (typeof state !== 'object' || state === null || !Array.isArray(groups)) {
      refuse(TypeError, `${label}: dict`, `be { state, param_groups }${wayFromText(dict)}`, dict);
    }
    const params: unknown = Object(groups[0]).params;
    const count = this.#targets.length;
    if (groups.length !== 1 || !Array.isArray(params) || params.length !== count) {
      refuse(RangeError, `${label}: dict`, `have one group of ${count} parameters`, groups);
    }
    const [group] = this.paramGroups;
    const options = optionsFromStateDict<LBFGSOptions>(`${label}: param_groups[0]`, LBFGS_OPTIONS, group, groups[0]!);
    const entry = state[params[0]];
    const size = sizeOf(this.#targets);
    this.#state = copyState(`${label}: state[${params[0]}]`, size, entry ?? freshState(size));
    Object.assign(group, { ...options, maxEval: maxEvalOf(options) });
  }

  /** Throws if the closure, which left zeros of one sign as they were, leaves those of the other too: it never writes its gradients. */
  #expectWritten(closure: Closure): void {
    const targets = this.#targets;
    markZeros(targets, 0);
    closure(gradsOf(targets));
    if (!areMarked(targets, 0)) return;
    this.#state.func_evals = 0;
    throw new TypeError(
      'LBFGS: closure must write its gradients to the arrays that it is given, or to the grad of each Parameter, got zeros that it never wrote',
    );
  }

  /** The loss where a step begins. If the closure throws there, marked gradients are zeros as before. */
  #first(evaluate: () => number, marked: boolean): number {
    try {
      return evaluate();
    } catch (error) {
      if (marked) markZeros(this.#targets, 0);
      throw error;
    }
  }

  /** @internal */
  protected override release(): void {
    this.#state = freshState(0);
  }

  /** @internal */
  protected override describe(): string {
    return 'LBFGS optimizer';
  }

  /** @internal */
  protected override get busyName(): string {
    return 'LBFGS';
  }
}
