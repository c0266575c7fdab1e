import { expNormal } from './exp';
import { copySign } from './sign';

/** tanh(x). Max error 1.34 ulp. */
@inline export function tanh(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(10)); // 1 from 9.02 on
  const z = f32x4.mul(a, a);
  // Below 0.625: a + a^3 P(a^2), relative error 2^-27.7 before rounding.
  let p = f32x4.splat(-0.00569235254);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.0206281971));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.0537365191));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.133314058));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.333332807));
  const small = f32x4.add(a, f32x4.mul(a, f32x4.mul(z, p)));
  // Above: 1 - 2 / (exp(2a) + 1).
  const e = expNormal(f32x4.add(a, a));
  const large = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  return copySign(v128.bitselect(small, large, f32x4.lt(a, f32x4.splat(0.625))), x);
}
