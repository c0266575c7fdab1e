/** A point x + t d on the line that is searched. */
export interface LinePoint {
  readonly t: number;
  /** The loss there; Infinity stands for anything that is not finite, in the loss or the gradient. */
  readonly loss: number;
  readonly grad: Float64Array;
  /** grad . d */
  readonly slope: number;
}

/** Sufficient decrease and curvature, Nocedal and Wright (3.7). */
const C1 = 1e-4;
const C2 = 0.9;
const MAX_ITERATIONS = 25;
/** A bracket in which no parameter moves by more than this is not searched further. */
const NARROW = 1e-9;

/** a . b, summed from the first to the last. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The infinity norm; NaN when a number is. */
export function maxAbs(values: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) max = Math.max(max, Math.abs(values[i]!));
  return max;
}

/**
 * A step that satisfies the strong Wolfe conditions, or the best one met:
 *
 *     f(t) <= f(0) + c1 t f'(0)        |f'(t)| <= c2 |f'(0)|        c1 = 1e-4, c2 = 0.9
 *
 * First the step grows until an interval is known to hold such a point, then that interval shrinks; both by cubic interpolation. The
 * order of operations is that of torch.optim.LBFGS.
 *
 * Source: Nocedal and Wright, *Numerical Optimization*, algorithms 3.5 and 3.6; Schmidt, minFunc.
 *
 * @param evaluate - the point at t
 * @param start - the point at 0, with a finite loss and a negative slope
 * @param t - the first step that is tried
 * @param width - the infinity norm of d
 */
export function strongWolfe(evaluate: (t: number) => LinePoint, start: LinePoint, t: number, width: number): LinePoint {
  const tooHigh = ({ t, loss }: LinePoint) => loss > start.loss + C1 * t * start.slope;
  const flat = ({ slope }: LinePoint) => Math.abs(slope) <= -C2 * start.slope;
  let previous = start;
  let point = evaluate(t);
  let iteration = 0;
  for (; iteration < MAX_ITERATIONS; iteration++) {
    if (tooHigh(point) || (iteration > 1 && point.loss >= previous.loss)) break;
    if (flat(point)) return point;
    if (point.slope >= 0) break;
    const next = interpolate(previous, point, point.t + 0.01 * (point.t - previous.t), point.t * 10);
    previous = point;
    point = evaluate(next);
  }
  if (iteration === MAX_ITERATIONS) previous = start;

  const bracket: [LinePoint, LinePoint] = [previous, point];
  const lower = () => (bracket[1].loss < bracket[0].loss ? 1 : 0);
  let low: 0 | 1 = lower();
  let wasNear = false;
  for (; iteration < MAX_ITERATIONS; iteration++) {
    const [a, b] = bracket;
    if (Math.abs(b.t - a.t) * width < NARROW) break;
    const left = Math.min(a.t, b.t);
    const right = Math.max(a.t, b.t);
    let next: number = interpolate(a, b, left, right);
    // Near an end for the second time, or at it, the interval would hardly shrink: go a tenth of it inwards.
    const margin = 0.1 * (right - left);
    const near: boolean = Math.min(right - next, next - left) < margin;
    const stuck: boolean = near && (wasNear || next >= right || next <= left);
    if (stuck) next = Math.abs(next - right) < Math.abs(next - left) ? right - margin : left + margin;
    wasNear = near && !stuck;

    point = evaluate(next);
    const high = low === 0 ? 1 : 0;
    if (tooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = lower();
    } else {
      if (flat(point)) return point;
      if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
      bracket[low] = point;
    }
  }
  return bracket[low];
}

/** Minimizer in [least, most] of the cubic through two points with their slopes; the middle where there is no such cubic. */
function interpolate(a: LinePoint, b: LinePoint, least: number, most: number): number {
  const [p, q] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = p.slope + q.slope - (3 * (p.loss - q.loss)) / (p.t - q.t);
  const d2 = Math.sqrt(d1 * d1 - p.slope * q.slope);
  const t = q.t - (q.t - p.t) * ((q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2));
  return Number.isNaN(t) ? (least + most) / 2 : Math.min(Math.max(t, least), most);
}
