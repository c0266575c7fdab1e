// Common code of the optimizers' kernels.

/**
 * The loop of an optimizer is written once, as a function of one of these two types, and compiled for both: Fast leaves out the
 * rare options and so every branch.
 */
@unmanaged export class Fast {}


@unmanaged export class Full {
  rareOptions: bool;
}

/** A constant when compiled. */
@inline export function isFull<Options>(): bool {
  return offsetof<Options>() !== 0;
}

/** The gradient an optimizer works on: scale * g, in general plus weightDecay * p when decay is coupled (a branch: g + 0 * p would lose -0). */
@inline export function decayed<Options>(g: v128, scale: v128, p: v128, weightDecay: f32): v128 {
  let scaled = f32x4.mul(g, scale);
  if (isFull<Options>() && weightDecay !== 0) scaled = f32x4.add(scaled, f32x4.mul(f32x4.splat(weightDecay), p));
  return scaled;
}

/** a + w (b - a), in general rounded as torch.lerp does it: from the end that is nearer. Fast wants w < 0.5. */
@inline export function lerp<Options>(a: v128, b: v128, w: f32): v128 {
  const difference = f32x4.sub(b, a);
  return isFull<Options>() && !(w < 0.5)
    ? f32x4.sub(b, f32x4.mul(difference, f32x4.splat(1 - w)))
    : f32x4.add(a, f32x4.mul(f32x4.splat(w), difference));
}

/** beta v + rest g g, rounded as torch's addcmul does it: the running average of g^2. */
@inline export function averageSquare(v: v128, g: v128, beta: v128, rest: v128): v128 {
  return f32x4.add(f32x4.mul(v, beta), f32x4.mul(f32x4.mul(rest, g), g));
}

/** 1, 0 or -1 in each lane; 0 for NaN, as in torch. */
@inline export function sign(v: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  return f32x4.sub(v128.and(f32x4.gt(v, zero), one), v128.and(f32x4.lt(v, zero), one));
}
