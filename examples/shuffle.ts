/**
 * The orders in which `fit` goes through `length` samples, epoch by epoch: Fisher and Yates's shuffle of 0, 1, 2, ..., with the bounded random
 * numbers of Lemire (arXiv:1805.10941) from the generator SplitMix64.
 */
export function* shuffles(length: number, seed: number): Generator<Uint32Array, never> {
  let state = BigInt(seed);
  const random64 = () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const randomBelow = (n: number) => {
    for (;;) {
      const product = (random64() >> 32n) * BigInt(n);
      if (Number(BigInt.asUintN(32, product)) >= 2 ** 32 % n) return Number(product >> 32n);
    }
  };
  for (;;) {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = randomBelow(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    yield order;
  }
}
