import { checkNumber, fail, isFloat32Array, isFloat64Array, refuse, show } from '../validate.js';
import { dot } from './lineSearch.js';

/** Least y . s of a step that is remembered: a smaller one says nothing about the curvature. */
const CURVATURE = 1e-10;

/** State of {@link LBFGS}, by torch's names; vectors run over all parameters in their order. */
export interface LBFGSState {
  /** Calls of the closure so far. */
  func_evals: number;
  /** Iterations so far. */
  n_iter: number;
  /** The last direction, and how far along it the last iteration went. */
  d: Float64Array;
  t: number;
  /** The history, oldest first: changes y of the gradient, steps s, and 1 / (y . s). */
  old_dirs: Float64Array[];
  old_stps: Float64Array[];
  ro: number[];
  /** The diagonal of the first guess of the inverse Hessian. */
  H_diag: number;
  /** The gradient and the loss where the last direction was chosen. */
  prev_flat_grad: Float64Array;
  prev_loss: number;
}

/** The state and options of {@link LBFGS}, in the shape and by the keys of torch.optim's `state_dict()`. */
export interface LBFGSStateDict {
  /** All state stands at parameter 0; nothing does before the first step. */
  state: Record<number, LBFGSState>;
  param_groups: ({ params: number[] } & Record<string, unknown>)[];
}

/** The state before the first step, over `size` numbers. */
export function freshState(size: number): LBFGSState {
  return {
    func_evals: 0,
    n_iter: 0,
    d: new Float64Array(size),
    t: 0,
    old_dirs: [],
    old_stps: [],
    ro: [],
    H_diag: 1,
    prev_flat_grad: new Float64Array(size),
    prev_loss: 0,
  };
}

/** -H g, once the last step is remembered: the two-loop recursion. */
export function direction(state: LBFGSState, g: Float64Array, historySize: number): Float64Array {
  const { d, t, old_dirs: ys, old_stps: ss, ro, prev_flat_grad: previous } = state;
  const y = g.map((value, i) => value - previous[i]!);
  const s = d.map((value) => value * t);
  const curvature = dot(y, s);
  if (curvature > CURVATURE) {
    for (const list of [ys, ss, ro]) list.splice(0, list.length - historySize + 1);
    ys.push(y);
    ss.push(s);
    ro.push(1 / curvature);
    state.H_diag = curvature / dot(y, y);
  }
  const q = g.map((value) => -value);
  const alphas: number[] = [];
  for (let k = ro.length - 1; k >= 0; k--) {
    const alpha = dot(ss[k]!, q) * ro[k]!;
    alphas[k] = alpha;
    add(q, -alpha, ys[k]!);
  }
  for (let i = 0; i < q.length; i++) q[i]! *= state.H_diag;
  for (let k = 0; k < ro.length; k++) add(q, alphas[k]! - dot(ys[k]!, q) * ro[k]!, ss[k]!);
  return q;
}

/** a = a + scale b */
function add(a: Float64Array, scale: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += scale * b[i]!;
}

/** A copy of `entry` that shares nothing with it. One from torch may have float32 arrays, and lacks some entries before its first iteration. */
export function copyState(label: string, size: number, entry: Partial<LBFGSState>): LBFGSState {
  const state = freshState(size);
  for (const [name, standard] of Object.entries(state)) {
    const value: unknown = entry[name as keyof LBFGSState];
    if (value === undefined && entry.n_iter === 0) continue;
    const items = name === 'ro' ? 0 : state.d;
    Object.assign(state, { [name]: copy(`${label}.${name}`, value, standard, items) });
  }
  const { old_dirs, old_stps, ro } = state;
  if (old_dirs.length !== ro.length || old_stps.length !== ro.length) {
    fail(RangeError, `${label}: old_dirs, old_stps and ro`, 'be equally long', `${show(ro)} for ro`);
  }
  return state;
}

/** A copy of a value, which must be of the kind of `standard`; each item of an array must be of the kind of `items`. */
function copy(path: string, value: unknown, standard: unknown, items: unknown): unknown {
  if (Array.isArray(standard)) {
    if (!Array.isArray(value)) refuse(TypeError, path, 'be an array', value);
    return value.map((item, i) => copy(`${path}[${i}]`, item, items, items));
  }
  if (isFloat64Array(standard)) {
    const fits = isFloat64Array(value) || isFloat32Array(value);
    if (!fits || value.length !== standard.length) {
      const Kind = fits ? RangeError : TypeError;
      refuse(Kind, path, `be a Float64Array or Float32Array of ${standard.length} numbers`, value);
    }
    return Float64Array.from(value);
  }
  checkNumber(path, value, 'a finite number', Number.isFinite);
  return value;
}
