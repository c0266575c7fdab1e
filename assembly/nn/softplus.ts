import { log1pFinite } from '../simd/log';
import { expNegativeAbs, sigmoid } from '../simd/sigmoid';
import { Activation, map, mapBackward } from './elementwise';


@final
@unmanaged
class Softplus extends Activation {

  @inline value(x: v128): v128 {
    // Above PyTorch's threshold of 20 this is x, to the bit.
    return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pFinite(expNegativeAbs(x)));
  }


  @inline slope(x: v128): v128 {
    return sigmoid(x);
  }
}

/** y = log(1 + exp(x)), as max(x, 0) + log1p(exp(-|x|)). y may alias x; n = 0 is fine. */
export function softplus_f32(y: usize, x: usize, n: usize): void {
  map<Softplus>(y, x, n);
}

/** dx = dy sigmoid(x). dx may alias dy or x; n = 0 is fine. */
export function softplusBackward_f32(dx: usize, dy: usize, x: usize, n: usize): void {
  mapBackward<Softplus>(dx, dy, x, n);
}
