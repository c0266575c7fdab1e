import { loadRow, storeRow } from '../simd/rows';
import { Context, inputOr } from '../vm/context';

/**
 * y[B, U] = (x[B, U] - mean[U]) / std[U]; mean = 0 stands for zeros, which makes it its own gradient. mean and std may be read up to whole
 * lanes; of rows only what is theirs is read and written. y may alias x; B = 0 is fine.
 */
export function normalization_f32(y: usize, x: usize, mean: usize, std: usize, B: usize, U: usize): void {
  const row = U << 2;
  for (const end = x + B * row; x < end; x += row, y += row) {
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      let v = loadRow(x + j, live);
      if (mean !== 0) v = f32x4.sub(v, v128.load(mean + j));
      storeRow(y + j, f32x4.div(v, v128.load(std + j)), live);
    }
  }
}

/**
 * y[B, U] = x[B, U] std[U] + mean[U], the reverse of `normalization_f32`; mean = 0 stands for zeros, which makes it its own gradient. The same
 * may alias and be read.
 */
export function targetScaling_f32(y: usize, x: usize, mean: usize, std: usize, B: usize, U: usize): void {
  const row = U << 2;
  for (const end = x + B * row; x < end; x += row, y += row) {
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      let v = f32x4.mul(loadRow(x + j, live), v128.load(std + j));
      if (mean !== 0) v = f32x4.add(v, v128.load(mean + j));
      storeRow(y + j, v, live);
    }
  }
}


@unmanaged
class Normalization {
  y: usize;
  x: usize; // 0 for the current input rows
  mean: usize;
  std: usize;
  U: usize;
}

/** Op: `normalization_f32` over the current rows. */
export function normalization(at: usize, context: Context): void {
  const args = changetype<Normalization>(at);
  normalization_f32(args.y, inputOr(args.x, context), args.mean, args.std, context.rows, args.U);
}

/** Op: `targetScaling_f32` over the current rows. */
export function targetScaling(at: usize, context: Context): void {
  const args = changetype<Normalization>(at);
  targetScaling_f32(args.y, inputOr(args.x, context), args.mean, args.std, context.rows, args.U);
}
