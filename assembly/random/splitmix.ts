/** Increment of SplitMix64's counter. */
export const GOLDEN_GAMMA: u64 = 0x9e3779b97f4a7c15;

/** The hash of SplitMix64. */
@inline export function mix(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
