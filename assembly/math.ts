// The host's Math.pow, cos, exp and log differ between engines in the last place; these are compiled from AssemblyScript's own and do not.

/**
 * x^y in float64 for x of at least 0, as exp(y log x): its relative error is about |y log x| + 1 ulp, so that 1 - beta^t, where such a power
 * is small, is within 2 ulp of 1. The general pow would take 2 KB more.
 */
export function pow(x: f64, y: f64): f64 {
  return y === 0 ? 1 : y === 1 ? x : NativeMath.exp(y * NativeMath.log(x));
}

/**
 * cos x in float64 for |x| < 2^20, within 1 ulp, or 2^-60 next to its zeros. AssemblyScript's own brings half a kilobyte along to reduce
 * arguments beyond that, which no schedule has.
 *
 *     x = n pi/2 + y + tail with |y| <= pi/4;  cos x = +-cos y or +-sin y, by n mod 4
 *
 * Source: fdlibm's __kernel_cos, __kernel_sin and the middle case of __ieee754_rem_pio2 (Sun Microsystems 1993).
 */
export function cos(x: f64): f64 {
  const n = nearest(x * reinterpret<f64>(0x3fe45f306dc9c883)); // 2 / pi
  const r = x - n * reinterpret<f64>(0x3ff921fb54400000); // the first 33 bits of pi/2: the product is exact
  const rest = n * reinterpret<f64>(0x3dd0b4611a626331); // the 53 bits after them
  const y = r - rest;
  const tail = r - y - rest;
  const quadrant = <i32>n;
  const z = y * y;
  const w = z * z;
  let result: f64;
  if (quadrant & 1) {
    const s =
      reinterpret<f64>(0x3f8111111110f8a6) +
      z * (reinterpret<f64>(0xbf2a01a019c161d5) + z * reinterpret<f64>(0x3ec71de357b1fe7d)) +
      z * w * (reinterpret<f64>(0xbe5ae5e68a2b9ceb) + z * reinterpret<f64>(0x3de5d93a5acfd57c));
    const cube = z * y;
    result = y - (z * (0.5 * tail - cube * s) - tail - cube * reinterpret<f64>(0xbfc5555555555549));
  } else {
    const c =
      z *
        (reinterpret<f64>(0x3fa555555555554c) +
          z * (reinterpret<f64>(0xbf56c16c16c15177) + z * reinterpret<f64>(0x3efa01a019cb1590))) +
      w *
        w *
        (reinterpret<f64>(0xbe927e4f809c52ad) +
          z * (reinterpret<f64>(0x3e21ee9ebdb4b1c4) + z * reinterpret<f64>(0xbda8fae9be8838d4)));
    const half = 0.5 * z;
    const near = 1 - half;
    result = near + (1 - near - half + (z * c - y * tail));
  }
  return (quadrant + 1) & 2 ? -result : result;
}
