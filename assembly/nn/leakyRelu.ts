/** y = x where x > 0, else slope * x. y may alias x; n = 0 is fine. */
export function leakyRelu_f32(y: usize, x: usize, n: usize, slope: f32): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) {
    const v = v128.load(x + i);
    v128.store(y + i, v128.bitselect(v, f32x4.mul(v, f32x4.splat(slope)), f32x4.gt(v, f32x4.splat(0))));
  }
}

/** dx = dy where x > 0, else slope * dy. dx may alias dy or x; n = 0 is fine. */
export function leakyReluBackward_f32(dx: usize, dy: usize, x: usize, n: usize, slope: f32): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) {
    const g = v128.load(dy + i);
    const positive = f32x4.gt(v128.load(x + i), f32x4.splat(0));
    v128.store(dx + i, v128.bitselect(g, f32x4.mul(g, f32x4.splat(slope)), positive));
  }
}
