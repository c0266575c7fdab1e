import { squaredError } from './halfSquaredError';

/** The sum of (p - t)^2 and, scaled, its gradient 2 (p - t): see `sumElementLosses`. */
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
