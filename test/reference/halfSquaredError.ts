// The half squared error in float64, written like the equations of *Dive into Deep Learning*, chapter "Linear Regression".

/** The sum of (prediction - target)^2 / 2. */
export function halfSquaredError(prediction: Float32Array, target: Float32Array): number {
  return prediction.reduce((sum, p, i) => sum + (p - target[i]!) ** 2 / 2, 0);
}

/** Its gradient by prediction, times the weight of one element in the loss. */
export function halfSquaredErrorGradient(prediction: Float32Array, target: Float32Array, weight: number): Float64Array {
  return Float64Array.from(prediction, (p, i) => (p - target[i]!) * weight);
}
