import { Context } from '../vm/context';
import { elements, ElementwiseLoss, elementWeights, share } from './elementwiseLoss';
import { squaredError } from './halfSquaredError';

/** The sum of (p - t)^2 and, scaled, its gradient 2 (p - t): see `sumTerms`. */
export function mse_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return squaredError(dPrediction, prediction, target, n, 2 * scale, weights);
}

/** Op: adds the loss of the rows at hand to the context's sum and writes the gradient of their mean. */
export function mse(at: usize, context: Context): void {
  const args = changetype<ElementwiseLoss>(at);
  const n = elements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += mse_f32(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
