/** A linear congruential generator: the same numbers in every run. */
export function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** How many normal numbers are drawn; longer arrays repeat them. A prime, so that repeats fall on other places of a cache line. */
const DRAWN = 65521;

/** Fills an array with normal numbers, none of them zero. */
export function fillNormals(out: Float32Array, seed = 1): Float32Array {
  const uniform = uniforms(seed);
  for (let i = 0; i < Math.min(DRAWN, out.length); i++) {
    out[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }
  for (let filled = DRAWN; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
  return out;
}
