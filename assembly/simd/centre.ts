/** v - (mean + rest): a mean as the sum of two float32 keeps the digits of rows that lie far from zero. */
@inline export function centre(v: v128, mean: v128, rest: v128): v128 {
  return f32x4.sub(f32x4.sub(v, mean), rest);
}
