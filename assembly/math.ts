// The host's Math.pow, cos, exp and log differ between engines in the last place; these are compiled from AssemblyScript's own and do not.

/**
 * x^y in float64 for x of at least 0, as exp(y log x): its relative error is about |y log x| + 1 ulp, so that 1 - beta^t, where such a power
 * is small, is within 2 ulp of 1. The general pow would take 2 KB more.
 */
export function pow(x: f64, y: f64): f64 {
  return y === 0 ? 1 : y === 1 ? x : NativeMath.exp(y * NativeMath.log(x));
}
