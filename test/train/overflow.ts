import type { CustomLoss } from '../../src/index.js';

/** The target of a sample whose gradient overflows. */
export const OVERFLOWS = 99;

/** The half squared error, whose gradient overflows at some samples while the loss stays finite, so that a fit goes on. */
export const overflowing: CustomLoss = (predictions, targets, gradient) => {
  let sum = 0;
  predictions.forEach((p, i) => {
    const error = p - targets[i]!;
    if (gradient) gradient[i] = targets[i] === OVERFLOWS ? Infinity : error / predictions.length;
    sum += (error * error) / 2;
  });
  return sum / predictions.length;
};
