/** y = max(x, 0); NaN stays NaN. y may alias x; n = 0 is fine. */
export function relu_f32(y: usize, x: usize, n: usize): void {
  const end = x + (n << 2);
  for (; x + 48 < end; x += 64, y += 64) {
    v128.store(y, rectified(v128.load(x)));
    v128.store(y, rectified(v128.load(x, 16)), 16);
    v128.store(y, rectified(v128.load(x, 32)), 32);
    v128.store(y, rectified(v128.load(x, 48)), 48);
  }
  for (; x < end; x += 16, y += 16) v128.store(y, rectified(v128.load(x)));
}

/**
 * dx = dy where x > 0, 0 where x <= 0. y holds the kernel's output or its input: either gives the same. dx may alias dy or y; n = 0 is fine.
 */
export function reluBackward_f32(dx: usize, dy: usize, y: usize, n: usize): void {
  const end = y + (n << 2);
  for (; y + 48 < end; y += 64, dy += 64, dx += 64) {
    v128.store(dx, passed(v128.load(dy), v128.load(y)));
    v128.store(dx, passed(v128.load(dy, 16), v128.load(y, 16)), 16);
    v128.store(dx, passed(v128.load(dy, 32), v128.load(y, 32)), 32);
    v128.store(dx, passed(v128.load(dy, 48), v128.load(y, 48)), 48);
  }
  for (; y < end; y += 16, dy += 16, dx += 16) v128.store(dx, passed(v128.load(dy), v128.load(y)));
}


@inline function rectified(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}


@inline function passed(dy: v128, y: v128): v128 {
  return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
}
