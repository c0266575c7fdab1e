/**
 * The orders in which `fit` goes through `length` samples, epoch by epoch: Fisher and Yates's shuffle, in the form that starts from nothing, with
 * the bounded random numbers of Lemire (arXiv:1805.10941) from halves of the words of the generator SplitMix64, the upper half first.
 */
export function* shuffles(length: number, seed: number): Generator<Uint32Array, never> {
  const gamma = 0x9e3779b97f4a7c15n;
  let state = BigInt(seed);
  const mix = (z: bigint) => {
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const random64 = () => {
    state = BigInt.asUintN(64, state + gamma);
    return mix(state);
  };
  const randomBelow = (n: number, bits: bigint, seed: bigint) => {
    for (;;) {
      const product = bits * BigInt(n);
      if (Number(BigInt.asUintN(32, product)) >= 2 ** 32 % n) return Number(product >> 32n);
      // Not fair: of a generator of its own.
      seed = BigInt.asUintN(64, seed + gamma);
      bits = mix(seed) >> 32n;
    }
  };
  for (;;) {
    const order = new Uint32Array(length);
    let word = 0n;
    for (let i = 0; i < length; i++) {
      // The first of an odd number of samples needs no random bits.
      const upper = (length - i) % 2 === 0;
      if (upper) word = random64();
      const bits = upper ? word >> 32n : BigInt.asUintN(32, word);
      const j = i === 0 ? 0 : randomBelow(i + 1, bits, upper ? word : BigInt.asUintN(64, ~word));
      order[i] = order[j]!;
      order[j] = i;
    }
    yield order;
  }
}
