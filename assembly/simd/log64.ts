const LN2_HIGH: f64 = reinterpret<f64>(0x3fe62e42fee00000);
const LN2_LOW: f64 = reinterpret<f64>(0x3dea39ef35793c76);
/** The high words of 1 and of sqrt(2) / 2. */
const ONE: i64 = 0x3ff00000;
const BASE: i64 = 0x3fe6a09e;

/**
 * log(x) in two float64 lanes for x of at least 1; NaN gives NaN. Each lane has the bits of AssemblyScript's NativeMath.log, which takes the same
 * operations. Source: FreeBSD's e_log.c (Sun Microsystems 1993).
 */
export function logFromOne(x: v128): v128 {
  const t = i64x2.add(x, i64x2.splat((ONE - BASE) << 32));
  const exponent = i64x2.shr_u(t, 52);
  const k = f64x2.convert_low_i32x4_s(i32x4.sub(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2), i32x4.splat(0x3ff)));
  const m = i64x2.add(v128.and(t, i64x2.splat(0x000fffffffffffff)), i64x2.splat(BASE << 32));
  const f = f64x2.sub(m, f64x2.splat(1));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let t1 = f64x2.mul(w, f64x2.splat(reinterpret<f64>(0x3fc39a09d078c69f)));
  t1 = f64x2.mul(w, f64x2.add(f64x2.splat(reinterpret<f64>(0x3fcc71c51d8e78af)), t1));
  t1 = f64x2.mul(w, f64x2.add(f64x2.splat(reinterpret<f64>(0x3fd999999997fa04)), t1));
  let t2 = f64x2.mul(w, f64x2.splat(reinterpret<f64>(0x3fc2f112df3e5244)));
  t2 = f64x2.mul(w, f64x2.add(f64x2.splat(reinterpret<f64>(0x3fc7466496cb03de)), t2));
  t2 = f64x2.mul(w, f64x2.add(f64x2.splat(reinterpret<f64>(0x3fd2492494229359)), t2));
  t2 = f64x2.mul(z, f64x2.add(f64x2.splat(reinterpret<f64>(0x3fe5555555555593)), t2));
  let r = f64x2.mul(s, f64x2.add(half, f64x2.add(t2, t1)));
  r = f64x2.add(r, f64x2.mul(k, f64x2.splat(LN2_LOW)));
  r = f64x2.add(f64x2.sub(r, half), f);
  r = f64x2.add(r, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  // NaN stays NaN.
  return v128.bitselect(r, x, f64x2.eq(x, x));
}
