/** An activation of one element: its value, and its derivative from x or from y = value(x). Has no fields. */
@unmanaged
export abstract class Activation {
  abstract value(x: v128): v128;
  abstract slope(xOrY: v128): v128;
}

/** y[n] = A's value of x[n]. y may alias x; n = 0 is fine. */
@inline export function map<A>(y: usize, x: usize, n: usize): void {
  if (n === 0) return;
  const end = x + (n << 2);
  do {
    v128.store(y, changetype<A>(0).value(v128.load(x)));
    x += 16;
    y += 16;
  } while (x < end);
}

/** dx[n] = dy[n] times A's slope from v[n]. dx may alias dy or v; n = 0 is fine. */
@inline export function mapBackward<A>(dx: usize, dy: usize, v: usize, n: usize): void {
  if (n === 0) return;
  const end = n << 2;
  let i: usize = 0;
  do {
    v128.store(dx + i, f32x4.mul(v128.load(dy + i), changetype<A>(0).slope(v128.load(v + i))));
    i += 16;
  } while (i < end);
}
