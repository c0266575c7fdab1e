// Numbers that are the same in every run, host and peer: peers/problem.py draws them too.

/** A linear congruential generator of numbers in (0, 1). */
export function uniforms(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Number of normal numbers that are drawn; longer arrays repeat them. A prime, so that repeats fall on other places of a cache line. */
const DRAWN = 65521;

/** Fills an array with normal numbers, none of them zero. */
export function fillNormals(out, seed = 1) {
  const uniform = uniforms(seed);
  for (let i = 0; i < Math.min(DRAWN, out.length); i++) {
    out[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }
  for (let filled = DRAWN; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
  return out;
}

/** The numbers below `length` in an order drawn from a seed. */
export function shuffled(length, seed) {
  const uniform = uniforms(seed);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
