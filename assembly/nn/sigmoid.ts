import { sigmoid as sigmoidLanes } from '../simd/sigmoid';
import { Activation, map, mapBackward } from './elementwise';


@final
@unmanaged
class Sigmoid extends Activation {

  @inline value(x: v128): v128 {
    return sigmoidLanes(x);
  }


  @inline slope(y: v128): v128 {
    return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
  }
}

/** y = 1 / (1 + exp(-x)). y may alias x; n = 0 is fine. */
export function sigmoid_f32(y: usize, x: usize, n: usize): void {
  map<Sigmoid>(y, x, n);
}

/** dx = dy y (1 - y), from the output. dx may alias dy or y; n = 0 is fine. */
export function sigmoidBackward_f32(dx: usize, dy: usize, y: usize, n: usize): void {
  mapBackward<Sigmoid>(dx, dy, y, n);
}
