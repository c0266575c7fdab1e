import { gateSlope, sigmoid } from '../simd/sigmoid';
import { Activation, map, mapBackward } from './elementwise';

const LINEAR: f32 = 1.59576917; // 2 sqrt(2 / pi)
const CUBIC: f32 = 0.0713548139; // 0.044715 * LINEAR
const FLAT: f32 = 16; // beyond it the slope is 0 or 1, and x^3 may overflow

/** 2u; infinite where x^3 overflows. */
@inline function twice(x: v128): v128 {
  return f32x4.mul(x, f32x4.add(f32x4.splat(LINEAR), f32x4.mul(f32x4.splat(CUBIC), f32x4.mul(x, x))));
}


@final
@unmanaged
class GeluTanh extends Activation {

  @inline value(x: v128): v128 {
    return f32x4.mul(x, sigmoid(twice(x)));
  }


  @inline slope(x: v128): v128 {
    const z = f32x4.pmax(f32x4.pmin(x, f32x4.splat(FLAT)), f32x4.splat(-FLAT));
    const du = f32x4.add(f32x4.splat(LINEAR), f32x4.mul(f32x4.splat(3 * CUBIC), f32x4.mul(z, z)));
    return gateSlope(z, twice(z), du);
  }
}

/**
 * y = 0.5 x (1 + tanh(u)), u = sqrt(2 / pi) (x + 0.044715 x^3), as x sigmoid(2u). y may alias x; n = 0 is fine.
 * Source: Hendrycks and Gimpel, arXiv:1606.08415.
 */
export function geluTanh_f32(y: usize, x: usize, n: usize): void {
  map<GeluTanh>(y, x, n);
}

/** dx = dy s (1 + 2 x (1 - s) u'), s = sigmoid(2u). dx may alias dy or x; n = 0 is fine. */
export function geluTanhBackward_f32(dx: usize, dy: usize, x: usize, n: usize): void {
  mapBackward<GeluTanh>(dx, dy, x, n);
}
