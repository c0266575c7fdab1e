/** y = max(x, 0); NaN stays NaN. y may alias x; n = 0 is fine. */
export function relu_f32(y: usize, x: usize, n: usize): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) {
    v128.store(y + i, f32x4.pmax(v128.load(x + i), f32x4.splat(0)));
  }
}

/**
 * dx = dy where x > 0, 0 where x <= 0. y holds the kernel's output or its input: either gives the same. dx may alias dy or y; n = 0 is fine.
 */
export function reluBackward_f32(dx: usize, dy: usize, y: usize, n: usize): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) {
    v128.store(dx + i, v128.andnot(v128.load(dy + i), f32x4.le(v128.load(y + i), f32x4.splat(0))));
  }
}
