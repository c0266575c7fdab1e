import { sum_f32 } from '../linalg/reduce';
import { Context } from '../vm/context';
import { rowExp, rowMax, rowScale } from './softmax';

/**
 * For logits[B, K] and targets[B] (u32, each below K, unchecked) the sum over rows of
 *
 *     weights[r] * ((1 - smoothing) * c[y] * -log p[y]  +  smoothing / K * (the sum over k of c[k] * -log p[k])),  p = softmax(logits[r])
 *
 * with class weights c[K] and row weights weights[B], 1 where the pointer is 0. With dLogits != 0 also writes its gradient times scale
 * (1 / B for a mean, or 1 / `crossEntropyWeight_f32` with class weights). dLogits may alias logits. B or K = 0 returns 0.
 *
 * Sums of a row, logarithms and the gradient at the target are taken in float64: 1 - p[y] and -log p[y] keep their digits when p[y] is
 * next to 1. Smoothing: Szegedy et al., arXiv:1512.00567, in PyTorch's form.
 */
export function crossEntropy_f32(
  dLogits: usize,
  logits: usize,
  targets: usize,
  B: usize,
  K: usize,
  scale: f64,
  smoothing: f64,
  classWeights: usize,
  weights: usize,
): f64 {
  if (K === 0) return 0;
  const row = K << 2;
  const each = smoothing / <f64>K;
  const classes = classWeights === 0 ? <f64>K : sum_f32(classWeights, K);
  let total: f64 = 0;
  for (let r: usize = 0; r < B; r++) {
    const y = (<usize>load<u32>(targets + (r << 2))) << 2;
    const c: f64 = classWeights === 0 ? 1 : load<f32>(classWeights + y);
    const w: f64 = weights === 0 ? 1 : load<f32>(weights + (r << 2));
    const atTarget = (1 - smoothing) * c;

    const shift = rowMax(logits, K);
    const logit = <f64>load<f32>(logits + y) - shift;
    const all = smoothing === 0 ? 0 : sumShifted(logits, K, shift, classWeights);
    const sum = rowExp(dLogits, logits, K, shift);
    const logSum = NativeMath.log(sum);
    let loss = atTarget * (logSum - logit);
    if (smoothing !== 0) loss += each * (classes * logSum - all);
    total += w * loss;

    if (dLogits !== 0) {
      const s = w * scale;
      const e = <f64>load<f32>(dLogits + y);
      const inverse = 1 / sum;
      const slope = each * (classes * e * inverse - c) - atTarget * (sum - e) * inverse;
      rowScale(dLogits, K, <f32>(s * (atTarget + each * classes) * inverse), <f32>(s * each), classWeights);
      store<f32>(dLogits + y, <f32>(s * slope));
      dLogits += row;
    }
    logits += row;
  }
  return total;
}

/** The sum over x[K] of c[k] * (x[k] - shift), c = 1 where it is 0. */
function sumShifted(x: usize, K: usize, shift: f32, c: usize): f64 {
  let sum: f64 = 0;
  for (let j: usize = 0; j < K << 2; j += 4) {
    const d = <f64>load<f32>(x + j) - shift;
    sum += c === 0 ? d : load<f32>(c + j) * d;
  }
  return sum;
}

/** The divisor of a mean over B rows with class weights, as in PyTorch: the sum of c[targets[r]]. */
export function crossEntropyWeight_f32(targets: usize, B: usize, classWeights: usize): f64 {
  let sum: f64 = 0;
  for (const end = targets + (B << 2); targets < end; targets += 4) {
    sum += load<f32>(classWeights + ((<usize>load<u32>(targets)) << 2));
  }
  return sum;
}


@unmanaged
class CrossEntropy {
  dLogits: usize; // 0 when only the loss is wanted
  logits: usize; // [B, K]
  K: usize;
  classWeights: usize; // [K], or 0
  smoothing: f32;
}

/** Op: adds the loss of the current rows to the context's sum and writes the gradient of their mean. */
export function crossEntropy(at: usize, context: Context): void {
  const args = changetype<CrossEntropy>(at);
  const B = context.rows;
  const classWeights = args.classWeights;
  const weight = classWeights === 0 ? <f64>B : crossEntropyWeight_f32(context.y, B, classWeights);
  context.lossSum += crossEntropy_f32(
    args.dLogits,
    args.logits,
    context.y,
    B,
    args.K,
    1 / weight,
    args.smoothing,
    classWeights,
    context.weights,
  );
  context.lossWeight += weight;
}
