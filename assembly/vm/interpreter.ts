import { Context } from './context';
import { runModel } from './runModel.generated';

// An op list is a sequence of ops: the op's number, its length in bytes, and then its arguments, in words of 32 bits. An op is a function
// (address of its arguments, context). One that may stop the list returns true to do so. The build numbers the ops and writes the loop with
// a switch over them, one for each module (runModel.generated.ts, runStep.generated.ts): a call through the function table takes V8 5 ns, as long as a small op.

/** Runs the forward ops over x[rows, D]. */
export function forward(context: Context, ops: usize, end: usize, x: usize, rows: usize): void {
  context.x = x;
  context.rows = rows;
  context.stopped = false;
  runModel(context, ops, end);
}

/** Runs the ops of forward, loss and backward over x[rows, D], y and weights[rows] (0 for none); returns the mean loss. */
export function lossAndGrad(
  context: Context,
  ops: usize,
  end: usize,
  x: usize,
  y: usize,
  weights: usize,
  rows: usize,
  accumulate: bool,
): f64 {
  context.y = y;
  context.weights = weights;
  context.lossSum = 0;
  context.lossWeight = 0;
  context.accumulate = accumulate;
  forward(context, ops, end, x, rows);
  return context.lossSum / context.lossWeight;
}
