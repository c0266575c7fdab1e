import { GOLDEN_GAMMA, mix } from './splitmix';

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): one 64-bit word of state, which is the seed
// itself. Each number is a hash of a counter, so that successive ones do not wait for each other.

/** The next 64 random bits of the generator at `state`. */
function next(state: usize): u64 {
  const s = load<u64>(state) + GOLDEN_GAMMA;
  store<u64>(state, s);
  return mix(s);
}

/** The next number in [0, 1) of the generator at `state`: 53 random bits. */
export function nextUniform(state: usize): f64 {
  return <f64>(next(state) >> 11) * (1.0 / 9007199254740992.0);
}

/**
 * A whole number below `bound` of 32 random bits, each equally likely: where they do not tell, of those of a generator of its own, seeded by
 * `seed`. Source: Lemire, arXiv:1805.10941.
 */
@inline function below(bound: u32, bits: u64, seed: u64): usize {
  let product = bits * <u64>bound;
  if (<u32>product < bound) {
    const threshold: u32 = (0 - bound) % bound;
    while (<u32>product < threshold) {
      seed += GOLDEN_GAMMA;
      product = (mix(seed) >> 32) * <u64>bound;
    }
  }
  return <usize>(product >> 32);
}

/**
 * order[n] = a random permutation of 0 .. n - 1, each equally likely; n = 0 is fine.
 * Source: Fisher and Yates, in the form that starts from nothing ("inside-out"). A word of 64 random bits places two numbers.
 */
export function shuffle_u32(order: usize, n: usize, state: usize): void {
  let s = load<u64>(state);
  const odd = (<u32>n) & 1;
  if (odd) store<u32>(order, 0);
  for (let i = odd; i < <u32>n; i += 2) {
    s += GOLDEN_GAMMA;
    const bits = mix(s);
    const first = below(i + 1, bits >> 32, bits);
    const second = below(i + 2, bits & 0xffffffff, ~bits);
    place(order, i, first);
    place(order, i + 1, second);
  }
  store<u64>(state, s);
}

/** Puts i at place j of order[i], and what was there at its end. */
@inline function place(order: usize, i: u32, j: usize): void {
  store<u32>(order + ((<usize>i) << 2), load<u32>(order + (j << 2)));
  store<u32>(order + (j << 2), i);
}

/** out[n] = uniform numbers in [low, high), each rounded once from float64. */
export function uniform_f32(out: usize, n: usize, low: f64, high: f64, state: usize): void {
  for (let i: usize = 0; i < n; i++) store<f32>(out + (i << 2), <f32>(low + (high - low) * nextUniform(state)));
}

/** out[n] = normal numbers, each rounded once from float64. Source: Marsaglia's polar method, 1964; of each pair the first is used. */
export function normal_f32(out: usize, n: usize, mean: f64, std: f64, state: usize): void {
  for (let i: usize = 0; i < n; i++) {
    let x: f64;
    let square: f64;
    do {
      x = 2 * nextUniform(state) - 1;
      const y = 2 * nextUniform(state) - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    store<f32>(out + (i << 2), <f32>(mean + std * (x * sqrt<f64>((-2 * NativeMath.log(square)) / square))));
  }
}
