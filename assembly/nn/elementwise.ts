/** An activation of one element: its value, and its derivative from x or from y = value(x). Has no fields. */
@unmanaged
export abstract class Activation {
  abstract value(x: v128): v128;
  abstract slope(xOrY: v128): v128;
}

// Two vectors at a time: engines build a constant anew wherever it stands, and a pair shares them (1.5 times as fast on V8). An odd last
// vector is its own partner: both are computed before either is stored.

/** y[n] = A's value of x[n]. y may alias x; n = 0 is fine. */
@inline export function map<A>(y: usize, x: usize, n: usize): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 32) {
    const j = partner(i, end);
    const a = changetype<A>(0).value(v128.load(x + i));
    const b = changetype<A>(0).value(v128.load(x + j));
    v128.store(y + i, a);
    v128.store(y + j, b);
  }
}

/** dx[n] = dy[n] times A's slope from v[n]. dx may alias dy or v; n = 0 is fine. */
@inline export function mapBackward<A>(dx: usize, dy: usize, v: usize, n: usize): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 32) {
    const j = partner(i, end);
    const a = f32x4.mul(v128.load(dy + i), changetype<A>(0).slope(v128.load(v + i)));
    const b = f32x4.mul(v128.load(dy + j), changetype<A>(0).slope(v128.load(v + j)));
    v128.store(dx + i, a);
    v128.store(dx + j, b);
  }
}

/** The vector after the one at byte i, or that one again at the end. */
@inline export function partner(i: usize, end: usize): usize {
  return i + 16 < end ? i + 16 : i;
}


@unmanaged
export class Elementwise {
  y: usize;
  x: usize; // 0 for the input at hand
  U: usize; // elements of a row
}


@unmanaged
export class ElementwiseBackward {
  dx: usize;
  dy: usize;
  x: usize; // x, or y where the kernel takes y; 0 for the input at hand
  U: usize;
}
