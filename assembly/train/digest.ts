import { loadFirst } from '../simd/lanes';

/**
 * Adds x[n] to a digest of four words at `state`: lane by lane, for each word v,
 *
 *     h = rotate((h ^ v) * 0x9e3779b1, 15)
 *
 * which is invertible in h and in v, so that a single word that differs always shows. Then n, so that where one array ends counts as well.
 */
export function digest_u32(state: usize, x: usize, n: usize): void {
  let h = v128.load(state);
  for (let i: usize = 0; i < n; i += 4) h = mix(h, loadFirst(x + (i << 2), n - i));
  v128.store(state, mix(h, i32x4.splat(<i32>n)));
}


@inline function mix(h: v128, v: v128): v128 {
  const product = i32x4.mul(v128.xor(h, v), i32x4.splat(<i32>0x9e3779b1));
  return v128.or(i32x4.shl(product, 15), i32x4.shr_u(product, 17));
}
