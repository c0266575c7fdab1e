import { Context } from './context';

// An op list is a sequence of ops: the op's index in the function table, its length in bytes, and then its arguments, in words of 32 bits.
// An op is a function (args, context). A layer, a loss or an optimizer brings its own and needs no line here.

/** Runs the ops from `ops` to `end`, until one of them stops the list. */
export function run(context: Context, ops: usize, end: usize): void {
  while (ops < end) {
    call_indirect<void>(load<u32>(ops), ops + 8, context);
    if (context.stopped) return;
    ops += load<u32>(ops, 4);
  }
}

/** Runs the forward ops over x[rows, D]. */
export function forward(context: Context, ops: usize, end: usize, x: usize, rows: usize): void {
  context.x = x;
  context.rows = rows;
  context.stopped = false;
  run(context, ops, end);
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

/** Runs the ops of one optimizer step, with every gradient multiplied by `scale`. Returns whether it was applied. */
export function step(context: Context, ops: usize, end: usize, scale: f32): bool {
  context.scale = scale;
  context.step = 0;
  context.lossSum = 0;
  context.stopped = false;
  run(context, ops, end);
  return !context.stopped;
}

/** The norm of the gradients at the last step that was clipped. */
export function lastGradNorm(context: Context): f64 {
  return context.gradNorm;
}
