/**
 * The peak of multiply-and-add with two roundings, for benches: fourteen chains of c = c m + m in registers, 112 n operations. Of twelve, which would
 * fill two multipliers and two adders of a latency of three just so, an AMD EPYC of 2022 loses a fifth. m = out[0]; out[4] receives the sum of the
 * chains.
 */
export function peak_f32(out: usize, n: usize): void {
  const m = v128.load32_splat(out);
  let c0 = f32x4.splat(1);
  let c1 = f32x4.splat(2);
  let c2 = f32x4.splat(3);
  let c3 = f32x4.splat(4);
  let c4 = f32x4.splat(5);
  let c5 = f32x4.splat(6);
  let c6 = f32x4.splat(7);
  let c7 = f32x4.splat(8);
  let c8 = f32x4.splat(9);
  let c9 = f32x4.splat(10);
  let c10 = f32x4.splat(11);
  let c11 = f32x4.splat(12);
  let c12 = f32x4.splat(13);
  let c13 = f32x4.splat(14);
  for (; n > 0; n--) {
    c0 = f32x4.add(f32x4.mul(c0, m), m);
    c1 = f32x4.add(f32x4.mul(c1, m), m);
    c2 = f32x4.add(f32x4.mul(c2, m), m);
    c3 = f32x4.add(f32x4.mul(c3, m), m);
    c4 = f32x4.add(f32x4.mul(c4, m), m);
    c5 = f32x4.add(f32x4.mul(c5, m), m);
    c6 = f32x4.add(f32x4.mul(c6, m), m);
    c7 = f32x4.add(f32x4.mul(c7, m), m);
    c8 = f32x4.add(f32x4.mul(c8, m), m);
    c9 = f32x4.add(f32x4.mul(c9, m), m);
    c10 = f32x4.add(f32x4.mul(c10, m), m);
    c11 = f32x4.add(f32x4.mul(c11, m), m);
    c12 = f32x4.add(f32x4.mul(c12, m), m);
    c13 = f32x4.add(f32x4.mul(c13, m), m);
  }
  c0 = f32x4.add(c0, c1);
  c0 = f32x4.add(c0, c2);
  c0 = f32x4.add(c0, c3);
  c0 = f32x4.add(c0, c4);
  c0 = f32x4.add(c0, c5);
  c0 = f32x4.add(c0, c6);
  c0 = f32x4.add(c0, c7);
  c0 = f32x4.add(c0, c8);
  c0 = f32x4.add(c0, c9);
  c0 = f32x4.add(c0, c10);
  c0 = f32x4.add(c0, c11);
  c0 = f32x4.add(c0, c12);
  c0 = f32x4.add(c0, c13);
  v128.store(out, c0);
}
