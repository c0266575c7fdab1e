import { loadFirst, loadFour, multiplyAdd, storeFirst, wholeLanes } from '../simd/lanes';

// Products of a matrix and a vector. Each sum takes its products in the order of k, one rounding for the product and one for the sum.

/**
 * out[N] = start[N] + a[K] m[K, N]. Elements of a are `aStep` bytes apart, those of start `startStep`, 4 or 0, and rows of m are `row`. start = 0
 * means zeros; it may be out, and nothing else may alias. N = 0 does nothing, K = 0 stores the start.
 */
export function sumRows(
  out: usize,
  start: usize,
  startStep: usize,
  a: usize,
  aStep: usize,
  m: usize,
  row: usize,
  N: usize,
  K: usize,
): void {
  const same = start === 0 || startStep === 0;
  const first: v128 = start === 0 ? f32x4.splat(0) : v128.load32_splat(start);
  let n = N;
  if (same && n > 15) {
    const done = n & ~3;
    if (sumFewRows(out, first, a, aStep, m, row, done, K)) {
      out += done << 2;
      m += done << 2;
      n -= done;
    }
  }
  for (; n > 15; n -= 16, out += 64, m += 64) {
    let c0 = first;
    let c1 = first;
    let c2 = first;
    let c3 = first;
    if (!same) {
      c0 = v128.load(start);
      c1 = v128.load(start, 16);
      c2 = v128.load(start, 32);
      c3 = v128.load(start, 48);
      start += 64;
    }
    for (let k: usize = 0, ak = a, mk = m; k < K; k++, ak += aStep, mk += row) {
      const ai = v128.load32_splat(ak);
      c0 = multiplyAdd(c0, ai, v128.load(mk));
      c1 = multiplyAdd(c1, ai, v128.load(mk, 16));
      c2 = multiplyAdd(c2, ai, v128.load(mk, 32));
      c3 = multiplyAdd(c3, ai, v128.load(mk, 48));
    }
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    v128.store(out, c3, 48);
  }
  for (; n > 3; n -= 4, out += 16, m += 16) {
    // Two vectors that may overlap hold five to eight columns: one that both compute gets the same bits twice.
    const last: usize = n > 4 && n < 9 ? (n << 2) - 16 : 0;
    let c0 = first;
    let c1 = first;
    if (!same) {
      c0 = v128.load(start);
      c1 = v128.load(start + last);
      start += 16;
    }
    for (let k: usize = 0, ak = a, mk = m; k < K; k++, ak += aStep, mk += row) {
      const ai = v128.load32_splat(ak);
      c0 = multiplyAdd(c0, ai, v128.load(mk));
      c1 = multiplyAdd(c1, ai, v128.load(mk + last));
    }
    v128.store(out, c0);
    v128.store(out + last, c1);
    if (last !== 0) return;
  }
  for (; n > 0; n--, out += 4, m += 4) {
    let sum: f32 = 0;
    if (start !== 0) {
      sum = load<f32>(start);
      start += startStep;
    }
    for (let k: usize = 0, ak = a, mk = m; k < K; k++, ak += aStep, mk += row) sum += load<f32>(ak) * load<f32>(mk);
    store<f32>(out, sum);
  }
}

/** A number of rows, as its size. */
@unmanaged class Two {
  a: u8;
  b: u8;
}


@unmanaged class Three {
  a: u8;
  b: u8;
  c: u8;
}


@unmanaged class Four {
  a: u8;
  b: u8;
  c: u8;
  d: u8;
}


@unmanaged class Five {
  a: u8;
  b: u8;
  c: u8;
  d: u8;
  e: u8;
}

/** `sumRows` for so few rows that all of a stays in registers, and n > 7, a multiple of four. Returns whether K is that small. */
function sumFewRows(out: usize, first: v128, a: usize, aStep: usize, m: usize, row: usize, n: usize, K: usize): bool {
  if (K === 5) few<Five>(out, first, a, aStep, m, row, n);
  else if (K === 4) few<Four>(out, first, a, aStep, m, row, n);
  else if (K === 3) few<Three>(out, first, a, aStep, m, row, n);
  else if (K === 2) few<Two>(out, first, a, aStep, m, row, n);
  else return false;
  return true;
}


@inline function few<Rows>(out: usize, first: v128, a: usize, aStep: usize, m: usize, row: usize, n: usize): void {
  const K = offsetof<Rows>();
  const a0 = v128.load32_splat(a);
  const a1 = v128.load32_splat(a + aStep);
  const a2 = K > 2 ? v128.load32_splat(a + 2 * aStep) : a0;
  const a3 = K > 3 ? v128.load32_splat(a + 3 * aStep) : a0;
  const a4 = K > 4 ? v128.load32_splat(a + 4 * aStep) : a0;
  const end = out + ((n & ~7) << 2);
  do {
    const m1 = m + row;
    const m2 = m1 + row;
    const m3 = m2 + row;
    const m4 = m3 + row;
    v128.store(out, fewSums<Rows>(first, a0, a1, a2, a3, a4, m, m1, m2, m3, m4));
    v128.store(out, fewSums<Rows>(first, a0, a1, a2, a3, a4, m + 16, m1 + 16, m2 + 16, m3 + 16, m4 + 16), 16);
    out += 32;
    m += 32;
  } while (out < end);
  if (n & 4) {
    const m1 = m + row;
    const m2 = m1 + row;
    const m3 = m2 + row;
    const m4 = m3 + row;
    v128.store(out, fewSums<Rows>(first, a0, a1, a2, a3, a4, m, m1, m2, m3, m4));
  }
}


@inline function fewSums<Rows>(
  sum: v128,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
  a4: v128,
  m: usize,
  m1: usize,
  m2: usize,
  m3: usize,
  m4: usize,
): v128 {
  const K = offsetof<Rows>();
  sum = multiplyAdd(sum, a0, v128.load(m));
  sum = multiplyAdd(sum, a1, v128.load(m1));
  if (K > 2) sum = multiplyAdd(sum, a2, v128.load(m2));
  if (K > 3) sum = multiplyAdd(sum, a3, v128.load(m3));
  if (K > 4) sum = multiplyAdd(sum, a4, v128.load(m4));
  return sum;
}

/**
 * out[N] = start[N] + m[N, K] x[K]. Elements of x are `xStep` bytes apart, those of start `startStep`, 4 or 0. start = 0 means zeros; it may be
 * out, and nothing else may alias. N = 0 does nothing, K = 0 stores the start. Lanes run over four rows of m, transposed on the fly.
 */
export function dotRows(
  out: usize,
  start: usize,
  startStep: usize,
  x: usize,
  xStep: usize,
  m: usize,
  N: usize,
  K: usize,
): void {
  const row = K << 2;
  const four = row << 2;
  const whole = wholeLanes(K) << 2;
  for (; N > 7; N -= 8, out += 32, m += row << 3) {
    // Two vectors of sums, so that an addition need not wait for the last.
    let c0 = f32x4.splat(0);
    let c1 = c0;
    if (start !== 0) {
      c0 = startStep === 0 ? v128.load32_splat(start) : v128.load(start);
      c1 = startStep === 0 ? c0 : v128.load(start, 16);
      start += startStep << 3;
    }
    let m0 = m;
    let m1 = m0 + row;
    let m2 = m1 + row;
    let m3 = m2 + row;
    let xk = x;
    for (const end = m + whole; m0 < end; m0 += 16, m1 += 16, m2 += 16, m3 += 16) {
      const x0 = v128.load32_splat(xk);
      xk += xStep;
      const x1 = v128.load32_splat(xk);
      xk += xStep;
      const x2 = v128.load32_splat(xk);
      xk += xStep;
      const x3 = v128.load32_splat(xk);
      xk += xStep;
      c0 = dotFour(c0, m0, m1, m2, m3, x0, x1, x2, x3);
      c1 = dotFour(c1, m0 + four, m1 + four, m2 + four, m3 + four, x0, x1, x2, x3);
    }
    for (const end = m + row; m0 < end; m0 += 4, m1 += 4, m2 += 4, m3 += 4, xk += xStep) {
      const xs = v128.load32_splat(xk);
      c0 = multiplyAdd(c0, loadFour(m0, m1, m2, m3), xs);
      c1 = multiplyAdd(c1, loadFour(m0 + four, m1 + four, m2 + four, m3 + four), xs);
    }
    v128.store(out, c0);
    v128.store(out, c1, 16);
  }
  while (N > 0) {
    // Past the last row the lanes repeat it; they are computed and not stored.
    const live = min<usize>(N, 4);
    let sum = f32x4.splat(0);
    if (start !== 0) {
      sum = startStep === 0 ? v128.load32_splat(start) : loadFirst(start, live);
      start += startStep << 2;
    }
    let m0 = m;
    let m1 = live > 1 ? m0 + row : m0;
    let m2 = live > 2 ? m1 + row : m1;
    let m3 = live > 3 ? m2 + row : m2;
    let xk = x;
    for (const end = m + whole; m0 < end; m0 += 16, m1 += 16, m2 += 16, m3 += 16) {
      const x0 = v128.load32_splat(xk);
      xk += xStep;
      const x1 = v128.load32_splat(xk);
      xk += xStep;
      const x2 = v128.load32_splat(xk);
      xk += xStep;
      const x3 = v128.load32_splat(xk);
      xk += xStep;
      sum = dotFour(sum, m0, m1, m2, m3, x0, x1, x2, x3);
    }
    for (const end = m + row; m0 < end; m0 += 4, m1 += 4, m2 += 4, m3 += 4, xk += xStep) {
      sum = multiplyAdd(sum, loadFour(m0, m1, m2, m3), v128.load32_splat(xk));
    }
    storeFirst(out, sum, live);
    N -= live;
    m += four;
    out += 16;
  }
}

/** sum + m[4, 4] x[4]: m0 to m3 point to four floats of a row each. */
@inline function dotFour(
  sum: v128,
  m0: usize,
  m1: usize,
  m2: usize,
  m3: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
): v128 {
  const a0 = v128.load(m0);
  const a1 = v128.load(m1);
  const a2 = v128.load(m2);
  const a3 = v128.load(m3);
  const low01 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
  sum = multiplyAdd(sum, v128.shuffle<i64>(low01, low23, 0, 2), x0);
  sum = multiplyAdd(sum, v128.shuffle<i64>(low01, low23, 1, 3), x1);
  sum = multiplyAdd(sum, v128.shuffle<i64>(high01, high23, 0, 2), x2);
  return multiplyAdd(sum, v128.shuffle<i64>(high01, high23, 1, 3), x3);
}
