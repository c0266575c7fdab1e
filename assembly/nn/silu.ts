import { gateSlope, sigmoid } from '../simd/sigmoid';
import { Activation, map, mapBackward } from './elementwise';


@final
@unmanaged
class Silu extends Activation {

  @inline value(x: v128): v128 {
    return f32x4.mul(x, sigmoid(x));
  }


  @inline slope(x: v128): v128 {
    return gateSlope(x, x, f32x4.splat(1));
  }
}

/** y = x sigmoid(x). Source: Elfwing, Uchibe and Doya, arXiv:1702.03118. y may alias x; n = 0 is fine. */
export function silu_f32(y: usize, x: usize, n: usize): void {
  map<Silu>(y, x, n);
}

/** dx = dy s (1 + x (1 - s)), s = sigmoid(x). dx may alias dy or x; n = 0 is fine. */
export function siluBackward_f32(dx: usize, dy: usize, x: usize, n: usize): void {
  mapBackward<Silu>(dx, dy, x, n);
}
