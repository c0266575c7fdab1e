import { loadFirst, wholeLanes } from '../simd/lanes';

// Packing moves values and changes none.

/**
 * out[K, lanes] = m[K, live], lanes past `live` are 0. `lanes` is a multiple of 4; rows of m are `row` bytes apart, those of out touch. Nothing
 * may alias; K = 0 does nothing.
 */
export function packCopy(out: usize, lanes: usize, m: usize, row: usize, live: usize, K: usize): void {
  const end = out + K * (lanes << 2);
  if (live === 16) {
    for (; out < end; m += row, out += 64) {
      v128.store(out, v128.load(m));
      v128.store(out, v128.load(m, 16), 16);
      v128.store(out, v128.load(m, 32), 32);
      v128.store(out, v128.load(m, 48), 48);
    }
  }
  for (; out < end; m += row) {
    for (let i: usize = 0; i < lanes; i += 4, out += 16)
      v128.store(out, loadFirst(m + (i << 2), i < live ? live - i : 0));
  }
}

/**
 * out[columns, lanes] = m[live, columns]^T, lanes past `live` (at least 1) repeat rows of m. `lanes` is a multiple of 4; rows are `outRow` and
 * `row` bytes apart. Nothing may alias; columns = 0 does nothing.
 */
export function packTranspose(
  out: usize,
  outRow: usize,
  lanes: usize,
  m: usize,
  row: usize,
  live: usize,
  columns: usize,
): void {
  for (let r: usize = 0; r < lanes; r += 4) {
    const first = r < live ? r : 0;
    transposeFour(out + (r << 2), outRow, m + first * row, row, live - first, columns);
  }
}

/** out[columns, 4] = m[4, columns]^T; of the four rows only `live` exist, the rest repeat the last. */
function transposeFour(out: usize, outRow: usize, m0: usize, row: usize, live: usize, columns: usize): void {
  const m1 = live > 1 ? m0 + row : m0;
  const m2 = live > 2 ? m1 + row : m1;
  const m3 = live > 3 ? m2 + row : m2;
  const whole = wholeLanes(columns) << 2;
  let k: usize = 0;
  for (; k < whole; k += 16) {
    const a0 = v128.load(m0 + k);
    const a1 = v128.load(m1 + k);
    const a2 = v128.load(m2 + k);
    const a3 = v128.load(m3 + k);
    const low01 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
    out += outRow;
    v128.store(out, v128.shuffle<i64>(low01, low23, 1, 3));
    out += outRow;
    v128.store(out, v128.shuffle<i64>(high01, high23, 0, 2));
    out += outRow;
    v128.store(out, v128.shuffle<i64>(high01, high23, 1, 3));
    out += outRow;
  }
  for (; k < columns << 2; k += 4, out += outRow) {
    store<f32>(out, load<f32>(m0 + k));
    store<f32>(out, load<f32>(m1 + k), 4);
    store<f32>(out, load<f32>(m2 + k), 8);
    store<f32>(out, load<f32>(m3 + k), 12);
  }
}
