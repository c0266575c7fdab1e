import { tanh as tanhLanes } from '../simd/tanh';
import { Activation, map, mapBackward } from './elementwise';


@final
@unmanaged
class Tanh extends Activation {

  @inline value(x: v128): v128 {
    return tanhLanes(x);
  }


  @inline slope(y: v128): v128 {
    // 1 - y^2, which would cancel more.
    return f32x4.mul(f32x4.sub(f32x4.splat(1), y), f32x4.add(f32x4.splat(1), y));
  }
}

/** y = tanh(x). y may alias x; n = 0 is fine. */
export function tanh_f32(y: usize, x: usize, n: usize): void {
  map<Tanh>(y, x, n);
}

/** dx = dy (1 - y^2), from the output. dx may alias dy or y; n = 0 is fine. */
export function tanhBackward_f32(dx: usize, dy: usize, y: usize, n: usize): void {
  mapBackward<Tanh>(dx, dy, y, n);
}
