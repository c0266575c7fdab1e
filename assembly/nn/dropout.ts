import { GOLDEN_GAMMA, mix } from '../random/splitmix';
import { Context, inputOr } from '../vm/context';

/**
 * y = x * scale, or x * 0 with probability threshold / 2^32, drawn from the generator at `state`: two numbers of 64 bits for every four
 * elements, whether or not the last four are whole. `again` makes the last draws for as many elements once more: then x is the gradient of
 * the outputs and y that of the inputs. y may alias x; n = 0 is fine.
 * Source: Srivastava et al., "Dropout", 2014, scaled in training as PyTorch does it.
 */
export function dropout_f32(y: usize, x: usize, n: usize, threshold: u32, scale: f32, state: usize, again: bool): void {
  const thresholds = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  let s = load<u64>(state);
  if (again) s -= ((<u64>(n + 3)) >> 2) * (2 * GOLDEN_GAMMA);
  for (const end = x + (n << 2); x < end; x += 16, y += 16) {
    let bits = i64x2.splat(mix(s + GOLDEN_GAMMA));
    s += 2 * GOLDEN_GAMMA;
    bits = i64x2.replace_lane(bits, 1, mix(s));
    v128.store(y, f32x4.mul(v128.load(x), v128.and(scales, i32x4.ge_u(bits, thresholds))));
  }
  store<u64>(state, s);
}


@unmanaged
class Dropout {
  y: usize;
  x: usize; // 0 for the current input rows
  U: usize;
  threshold: u32;
  scale: f32;
  state: usize;
  again: u32;
}

/** Op: `dropout_f32` over the current rows. */
export function dropout(at: usize, context: Context): void {
  const args = changetype<Dropout>(at);
  const x = inputOr(args.x, context);
  dropout_f32(args.y, x, context.rows * args.U, args.threshold, args.scale, args.state, args.again !== 0);
}
