// The host's Math.pow, cos, exp and log differ between engines in the last place; these are compiled from AssemblyScript's own and do not.

/** x^y in float64. */
export function pow(x: f64, y: f64): f64 {
  return NativeMath.pow(x, y);
}
