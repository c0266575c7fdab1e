import { high, low, total } from '../simd/wide';
import { maskFirst } from '../simd/lanes';
import { nonFinite } from '../linalg/reduce';
import { Context } from '../vm/context';
import { ROW, Row } from './row';

/** The sum over x[n] of |x| (`order` 1) or x^2 (`order` 2), in float64 and in an order that depends on n alone. */
function sumPowers(x: usize, n: usize, order: u32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  for (let i: usize = 0; i < n; i += 4) {
    let v = v128.load(x + (i << 2));
    if (n - i < 4) v = v128.and(v, maskFirst(n - i));
    const a = f64x2.abs(low(v));
    const b = f64x2.abs(high(v));
    first = f64x2.add(first, order === 1 ? a : f64x2.mul(a, a));
    second = f64x2.add(second, order === 1 ? b : f64x2.mul(b, b));
  }
  return total(first, second);
}

/** The largest |x| of x[n]; NaN if there is one. */
function largest(x: usize, n: usize): f64 {
  let most = f32x4.splat(0);
  for (let i: usize = 0; i < n; i += 4) {
    let v = v128.load(x + (i << 2));
    if (n - i < 4) v = v128.and(v, maskFirst(n - i));
    most = f32x4.max(most, f32x4.abs(v));
  }
  most = f32x4.max(most, v128.shuffle<i64>(most, most, 1, 1));
  return <f64>f32x4.extract_lane(f32x4.max(most, v128.shuffle<i32>(most, most, 1, 1, 1, 1)), 0);
}

/**
 * The norm of all gradients of a table taken together: of `order` 1, 2, or 0 for the largest |g|. NaN or an infinity shows in it.
 * Source: torch.nn.utils.clip_grad_norm_.
 */
export function gradNorm(table: usize, rows: usize, order: u32): f64 {
  let norm: f64 = 0;
  for (const end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    if (order === 0) norm = max(norm, largest(row.g, row.n));
    else norm += sumPowers(row.g, row.n, order);
  }
  return order === 2 ? sqrt(norm) : norm;
}

/** g = g * factor for all gradients of a table. */
export function scaleGrads(table: usize, rows: usize, factor: f32): void {
  for (const end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    for (let g = row.g, last = g + (row.n << 2); g < last; g += 16) {
      v128.store(g, f32x4.mul(v128.load(g), f32x4.splat(factor)));
    }
  }
}

/** g = min(max(g, -bound), bound) for all gradients of a table; NaN stays. */
export function clampGrads(table: usize, rows: usize, bound: f32): void {
  for (const end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    for (let g = row.g, last = g + (row.n << 2); g < last; g += 16) {
      v128.store(g, f32x4.min(f32x4.max(v128.load(g), f32x4.splat(-bound)), f32x4.splat(bound)));
    }
  }
}

/** Factor of gradients of this norm, which brings it to maxNorm at most. Source: torch.nn.utils.clip_grad_norm_. */
export function clipCoefficient(norm: f64, maxNorm: f64): f32 {
  return <f32>min(1, maxNorm / (norm + 1e-6));
}


@unmanaged
export class CheckFinite {
  table: usize; // of all parameters about to be stepped
  rows: usize;
  clips: u32; // 1 to compute the norm and clip the gradients by it
  order: u32; // of the norm: 1, 2, or 0 for the largest
  maxNorm: f32;
  stops: u32; // 1 to stop the list when the loss or a gradient is not finite
}

/**
 * Op before an optimizer's: stops the list where the loss or a gradient is not finite, if the list asks for it. Clips by the scale of the
 * step; the gradients themselves stay as they are.
 */
export function checkFinite(at: usize, context: Context): bool {
  const args = changetype<CheckFinite>(at);
  if (args.clips) {
    const scale = <f64>context.scale;
    const norm = gradNorm(args.table, args.rows, args.order) * abs(scale);
    context.gradNorm = norm;
    context.stopped = args.stops !== 0 && !isFinite(norm + context.lossSum);
    context.scale = <f32>(scale * <f64>clipCoefficient(norm, <f64>args.maxNorm));
    return context.stopped !== 0;
  }
  context.stopped = args.stops !== 0 && !gradsFinite(args.table, args.rows, context);
  return context.stopped !== 0;
}

/** True if the context's loss and all gradients of a table are finite. */
@inline export function gradsFinite(table: usize, rows: usize, context: Context): bool {
  let bad = i32x4.splat(0);
  for (const end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    bad = v128.or(bad, nonFinite(row.g, row.n));
  }
  return isFinite(context.lossSum) && !v128.any_true(bad);
}


@unmanaged
class Clamp {
  table: usize;
  rows: usize;
  bound: f32;
}

/** Op before an optimizer's: scales the gradients in place, so that the step no longer does, and clamps every element. */
export function clamp(at: usize, context: Context): void {
  const args = changetype<Clamp>(at);
  if (context.scale !== 1) scaleGrads(args.table, args.rows, context.scale);
  context.scale = 1;
  clampGrads(args.table, args.rows, args.bound);
}
