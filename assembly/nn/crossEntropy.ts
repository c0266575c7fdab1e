import { sum_f32 } from '../linalg/reduce';
import { Context } from '../vm/context';
import { elementOf, expRows, giveRows, inverseOf, logOf, logSums, MOST, sumOf, takeRows } from './fourRows';
import { rowExp, rowMax, rowScale } from './softmax';

/**
 * For logits[B, K] and targets[B] (u32, each below K, unchecked) the sum over rows of
 *
 *     weights[r] * ((1 - smoothing) * c[y] * -log p[y]  +  smoothing / K * (the sum over k of c[k] * -log p[k])),  p = softmax(logits[r])
 *
 * with class weights c[K] and row weights weights[B], 1 where the pointer is 0. With dLogits != 0 also writes its gradient times scale
 * (1 / B for a mean, or 1 / `crossEntropyWeight_f32` with class weights). dLogits may alias logits. B or K = 0 returns 0.
 *
 * Up to 64 classes four rows are taken at once, with the bits of one. Sums of a row, logarithms and the gradient at the target are taken in float64: 1 - p[y] and -log p[y] keep their digits when p[y] is
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
  let r: usize = 0;
  if (K <= MOST) {
    for (; r + 3 < B; r += 4, logits += row << 2) {
      const shifts = takeRows(logits, K);
      expRows(K, shifts);
      logSums();
      v128.store(SHIFTS, shifts);
      for (let i: usize = 0; i < 4; i++) {
        const y = targetOf(targets, r + i);
        const x = logits + i * row;
        const shift = load<f32>(SHIFTS + (i << 2));
        const all = smoothing === 0 ? 0 : sumShifted(x, K, shift, classWeights);
        const c = weightOf(classWeights, y);
        const logit = load<f32>(x + (y << 2));
        total += weightOf(weights, r + i) * lossOf(logit, shift, all, logOf(i), c, smoothing, each, classes);
      }
      if (dLogits !== 0) {
        const factors = f32x4(
          factorAt(0, r, targets, scale, smoothing, each, classes, classWeights, weights),
          factorAt(1, r, targets, scale, smoothing, each, classes, classWeights, weights),
          factorAt(2, r, targets, scale, smoothing, each, classes, classWeights, weights),
          factorAt(3, r, targets, scale, smoothing, each, classes, classWeights, weights),
        );
        const offsets = f32x4(
          <f32>(weightOf(weights, r) * scale * each),
          <f32>(weightOf(weights, r + 1) * scale * each),
          <f32>(weightOf(weights, r + 2) * scale * each),
          <f32>(weightOf(weights, r + 3) * scale * each),
        );
        giveRows(dLogits, K, factors, each !== 0, offsets, classWeights);
        for (let i: usize = 0; i < 4; i++, dLogits += row) {
          const y = targetOf(targets, r + i);
          const s = weightOf(weights, r + i) * scale;
          const c = weightOf(classWeights, y);
          const slope = slopeOf(elementOf(i, y), sumOf(i), inverseOf(i), c, smoothing, each, classes);
          store<f32>(dLogits + (y << 2), <f32>(s * slope));
        }
      }
    }
  }
  for (; r < B; r++, logits += row) {
    const y = targetOf(targets, r);
    const c = weightOf(classWeights, y);
    const w = weightOf(weights, r);
    const shift = rowMax(logits, K);
    const logit = load<f32>(logits + (y << 2));
    const all = smoothing === 0 ? 0 : sumShifted(logits, K, shift, classWeights);
    const sum = rowExp(dLogits, logits, K, shift);
    total += w * lossOf(logit, shift, all, NativeMath.log(sum), c, smoothing, each, classes);
    if (dLogits !== 0) {
      const s = w * scale;
      const inverse = 1 / sum;
      const slope = slopeOf(load<f32>(dLogits + (y << 2)), sum, inverse, c, smoothing, each, classes);
      rowScale(dLogits, K, factorOf(s, c, inverse, smoothing, each, classes), <f32>(s * each), classWeights);
      store<f32>(dLogits + (y << 2), <f32>(s * slope));
      dLogits += row;
    }
  }
  return total;
}

/** The maxima of four rows. */
const SHIFTS = memory.data(16, 16);

/** The target of row r. */
@inline function targetOf(targets: usize, r: usize): usize {
  return <usize>load<u32>(targets + (r << 2));
}

/** Entry i of some weights, 1 where there are none. */
@inline function weightOf(weights: usize, i: usize): f64 {
  return weights === 0 ? 1 : <f64>load<f32>(weights + (i << 2));
}

/** Factor of exp(logit - maximum) in a row's gradient, for its weight times scale. */
@inline function factorOf(s: f64, c: f64, inverse: f64, smoothing: f64, each: f64, classes: f64): f32 {
  return <f32>(s * ((1 - smoothing) * c + each * classes) * inverse);
}

/** The same factor for row i of the four that begin at row r. */
function factorAt(
  i: usize,
  r: usize,
  targets: usize,
  scale: f64,
  smoothing: f64,
  each: f64,
  classes: f64,
  classWeights: usize,
  weights: usize,
): f32 {
  const c = weightOf(classWeights, targetOf(targets, r + i));
  return factorOf(weightOf(weights, r + i) * scale, c, inverseOf(i), smoothing, each, classes);
}

/**
 * The loss of a row, for its logit at the target, its maximum, the sum of (logit - maximum) and the logarithm of the sum of
 * exp(logit - maximum).
 */
@inline function lossOf(
  logit: f32,
  shift: f32,
  all: f64,
  logSum: f64,
  c: f64,
  smoothing: f64,
  each: f64,
  classes: f64,
): f64 {
  let loss = (1 - smoothing) * c * (logSum - (<f64>logit - shift));
  if (smoothing !== 0) loss += each * (classes * logSum - all);
  return loss;
}

/** The gradient of a row's loss at its target, where exp(logit - maximum) is e. */
@inline function slopeOf(e: f64, sum: f64, inverse: f64, c: f64, smoothing: f64, each: f64, classes: f64): f64 {
  return each * (classes * e * inverse - c) - (1 - smoothing) * c * (sum - e) * inverse;
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
