/** State that the ops of one list share while it runs. The wrapper makes it of zeros, and sets the workspace. */
@unmanaged
export class Context {
  lossSum: f64; // sum of the elements' losses since it was last cleared
  lossWeight: f64; // sum of their weights: the mean loss is lossSum / lossWeight
  gradNorm: f64; // of the last step that was clipped
  x: usize; // the current input rows
  y: usize; // their targets
  weights: usize; // their weights in the loss, or 0
  order: usize; // the samples to gather
  rows: usize; // B
  workspace: usize; // scratch of the op that runs, as large as the largest wants it
  scale: f32; // what an optimizer step multiplies every gradient by
  step: usize; // optimizer steps since the table of per-step scalars was filled
  accumulate: u32; // 1 if parameter gradients are added to
  stopped: u32; // 1 once a loss or gradient was found that is not finite; the rest of the list is left out
}

/** The operand itself; the current input rows where it is 0. */
@inline export function inputOr(operand: usize, context: Context): usize {
  return operand === 0 ? context.x : operand;
}
