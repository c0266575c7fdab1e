import { wholeLanes } from '../simd/lanes';

// Rows of zeros in a panel [K, 16]: pixels that are blank in a batch, one-hot features that no row has. Their products are 0 or -0, and adding those
// changes no sum but -0. So a product may leave them out where every factor is finite (0 times Infinity is NaN) and no sum starts from -0.

/** Rows or columns that use each panel, from which looking for zeros costs nothing beside the products. */
const USES: usize = 32;

/** The bytes for a list of K rows; 0 where zeros are not looked for. */
export function listBytes(uses: usize, K: usize): usize {
  return uses < USES ? 0 : ((K << 2) + 63) & ~63;
}

/** True if an eighth of a panel's rows are zeros, from where leaving them out pays, as far as every fourth row tells. */
export function holdsZeros(panel: usize, K: usize): bool {
  let zeros: usize = 0;
  for (let at = panel, end = panel + (K << 6); at < end; at += 256) if (isZero(at)) zeros++;
  return zeros << 5 >= K;
}

/** Moves the other rows together, and lists the place of each one's factors, k * step bytes. Returns how many they are. */
export function leaveOutZeros(panel: usize, list: usize, K: usize, step: usize): usize {
  let to = panel;
  for (let at = panel, place: usize = 0, end = panel + (K << 6); at < end; at += 64, place += step) {
    if (isZero(at)) continue;
    v128.store(to, v128.load(at));
    v128.store(to, v128.load(at, 16), 16);
    v128.store(to, v128.load(at, 32), 32);
    v128.store(to, v128.load(at, 48), 48);
    to += 64;
    store<u32>(list, <u32>place);
    list += 4;
  }
  return (to - panel) >> 6;
}

/** True if 16 numbers are 0. -0 does not count. Mostly the first four tell. */
@inline function isZero(at: usize): bool {
  if (v128.any_true(v128.load(at))) return false;
  return !v128.any_true(v128.or(v128.load(at, 16), v128.or(v128.load(at, 32), v128.load(at, 48))));
}

/** True if a[count] holds neither NaN nor an infinity. */
export function allFinite(a: usize, count: usize): bool {
  const exponent = i32x4.splat(0x7f800000);
  let found = i32x4.splat(0);
  for (const whole = a + (wholeLanes(count) << 2); a < whole; a += 16)
    found = v128.or(found, i32x4.eq(v128.and(v128.load(a), exponent), exponent));
  for (count &= 3; count > 0; count--, a += 4)
    found = v128.or(found, i32x4.eq(v128.and(v128.load32_splat(a), exponent), exponent));
  return !v128.any_true(found);
}

/** True if a[count] holds -0. */
export function holdsNegativeZero(a: usize, count: usize): bool {
  for (const end = a + (count << 2); a < end; a += 4) if (load<u32>(a) === 0x80000000) return true;
  return false;
}
