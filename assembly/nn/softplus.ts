import { log1pFinite } from '../simd/log';
import { inputOr } from '../simd/operand';
import { expNegativeAbs, sigmoid } from '../simd/sigmoid';
import { Context } from '../vm/context';
import { Activation, Elementwise, ElementwiseBackward, map, mapBackward } from './elementwise';


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

/** Op: `softplus_f32` over the rows at hand. */
export function softplus(at: usize, context: Context): void {
  const args = changetype<Elementwise>(at);
  softplus_f32(args.y, inputOr(args.x, context), context.rows * args.U);
}

/** Op: `softplusBackward_f32` over the rows at hand. */
export function softplusBackward(at: usize, context: Context): void {
  const args = changetype<ElementwiseBackward>(at);
  softplusBackward_f32(args.dx, args.dy, inputOr(args.x, context), context.rows * args.U);
}
