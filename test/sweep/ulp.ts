// Errors in units in the last place of float32.

/** The unit at numbers of this exponent field. Subnormal numbers have that of the smallest normal ones, infinity that of the largest. */
const UNITS = Float64Array.from({ length: 256 }, (_, e) => 2 ** (Math.min(Math.max(e, 1), 254) - 150));
const rounded = new Float32Array(1);
const bits = new Uint32Array(rounded.buffer);

/** One unit in the last place of float32 at x; beyond the largest float32 that of the largest. */
export function unit(x: number): number {
  const magnitude = Math.abs(x);
  rounded[0] = magnitude;
  // A number just below a power of two rounds up to it, but has the unit of those below.
  return UNITS[(rounded[0] > magnitude ? bits[0]! - 1 : bits[0]!) >>> 23]!;
}

/** |actual - expected| in units at expected, NaN only where both are. An infinity counts as 2^128, which is what rounds to it. */
export function ulps(actual: number, expected: number): number {
  if (Number.isNaN(actual) || Number.isNaN(expected))
    return Number.isNaN(actual) && Number.isNaN(expected) ? 0 : Infinity;
  const within = expected > 2 ** 128 ? 2 ** 128 : expected < -(2 ** 128) ? -(2 ** 128) : expected;
  const finite = actual === Infinity ? 2 ** 128 : actual === -Infinity ? -(2 ** 128) : actual;
  return Math.abs(finite - within) / unit(within);
}
