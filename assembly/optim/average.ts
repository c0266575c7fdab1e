import { Context } from '../vm/context';
import { ROW, Row } from './row';

/**
 * Moves the running average of every parameter of a table: p holds the parameter x[P], s0 its average a[P].
 *
 *     a = from + (x - a) * factor / divisor,  where from is x if `fromParameter`, else a
 *
 * Exponential: factor = w, or from x with factor = -(1 - w) where w >= 0.5, as torch.lerp rounds it; divisor = 1, which changes no bit.
 * Equal weights: factor = 1, which changes no bit; divisor = number of values averaged, including x.
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 */
export function average_f32(table: usize, rows: usize, fromParameter: bool, factor: f32, divisor: f32): void {
  const factors = f32x4.splat(factor);
  const divisors = f32x4.splat(divisor);
  for (const end = table + rows * ROW; table < end; table += ROW) {
    let x = changetype<Row>(table).p;
    let a = changetype<Row>(table).s0;
    for (const last = x + (changetype<Row>(table).n << 2); x < last; x += 16, a += 16) {
      const xi = v128.load(x);
      const ai = v128.load(a);
      const change = f32x4.div(f32x4.mul(f32x4.sub(xi, ai), factors), divisors);
      v128.store(a, f32x4.add(fromParameter ? xi : ai, change));
    }
  }
}

/** Exchanges every parameter of a table with its average: p[P] with s0[P]. The padding of the last lane goes along. */
export function swap_f32(table: usize, rows: usize): void {
  for (const end = table + rows * ROW; table < end; table += ROW) {
    let x = changetype<Row>(table).p;
    let a = changetype<Row>(table).s0;
    for (const last = x + (changetype<Row>(table).n << 2); x < last; x += 16, a += 16) {
      const xi = v128.load(x);
      v128.store(x, v128.load(a));
      v128.store(a, xi);
    }
  }
}


@unmanaged
export class Average {
  table: usize;
  rows: usize;
  fromParameter: u32;
  factor: f32;
  equal: u32; // 1 if all values weigh the same
  countHigh: u32; // values averaged so far, which it moves: count + 2^32 countHigh
  count: u32;
}

/** Op after an optimizer's: takes the parameters into their averages, which the first time become equal to them. */
export function average(at: usize, context: Context): void {
  const args = changetype<Average>(at);
  const count = 4294967296.0 * <f64>args.countHigh + <f64>args.count;
  if (++args.count === 0) args.countHigh++;
  if (count > 0) {
    average_f32(args.table, args.rows, args.fromParameter !== 0, args.factor, args.equal ? <f32>(count + 1) : 1);
    return;
  }
  for (let at = args.table, end = at + args.rows * ROW; at < end; at += ROW) {
    const row = changetype<Row>(at);
    memory.copy(row.s0, row.p, row.n << 2);
  }
}
