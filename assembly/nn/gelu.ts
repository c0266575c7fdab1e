import { fromTail, gaussian, tailArgument, upperTail } from '../simd/normal';
import { Activation, map, mapBackward } from './elementwise';

const INV_SQRT_2PI: f32 = 0.398942292;


@final
@unmanaged
class Gelu extends Activation {

  @inline value(x: v128): v128 {
    const a = tailArgument(x);
    return f32x4.mul(x, fromTail(x, upperTail(a, gaussian(a))));
  }


  @inline slope(x: v128): v128 {
    const a = tailArgument(x);
    const g = gaussian(a);
    const density = f32x4.mul(g, f32x4.splat(INV_SQRT_2PI));
    return f32x4.add(fromTail(x, upperTail(a, g)), f32x4.mul(x, density));
  }
}

/**
 * y = x P(X <= x) for a standard normal X: 0.5 x (1 + erf(x / sqrt(2))), which would cancel for x < 0. y may alias x; n = 0 is fine.
 * Source: Hendrycks and Gimpel, arXiv:1606.08415.
 */
export function gelu_f32(y: usize, x: usize, n: usize): void {
  map<Gelu>(y, x, n);
}

/** dx = dy (P(X <= x) + x exp(-x^2 / 2) / sqrt(2 pi)). dx may alias dy or x; n = 0 is fine. */
export function geluBackward_f32(dx: usize, dy: usize, x: usize, n: usize): void {
  mapBackward<Gelu>(dx, dy, x, n);
}
