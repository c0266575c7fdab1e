import { GOLDEN_GAMMA, mix } from '../inline/splitmix';

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
 * order[n] = a random permutation of 0 .. n - 1, each equally likely; n = 0 is fine.
 * Source: Fisher and Yates; the bounded numbers after Lemire, arXiv:1805.10941.
 */
export function shuffle_u32(order: usize, n: usize, state: usize): void {
  for (let i: usize = 0; i < n; i++) store<u32>(order + (i << 2), <u32>i);
  let s = load<u64>(state);
  for (let i = <u32>n; i > 1; i--) {
    s += GOLDEN_GAMMA;
    let product = (mix(s) >> 32) * i;
    if (<u32>product < i) {
      const threshold: u32 = (0 - i) % i;
      while (<u32>product < threshold) {
        s += GOLDEN_GAMMA;
        product = (mix(s) >> 32) * i;
      }
    }
    const a = order + ((<usize>i - 1) << 2);
    const b = order + ((<usize>(product >> 32)) << 2);
    const held = load<u32>(a);
    store<u32>(a, load<u32>(b));
    store<u32>(b, held);
  }
  store<u64>(state, s);
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
