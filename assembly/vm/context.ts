/** What the ops of one list share while it runs. The wrapper reserves CONTEXT bytes of zeros for it, and sets the workspace. */
@unmanaged
export class Context {
  lossSum: f64; // sum of the elements' losses since it was last cleared
  lossWeight: f64; // sum of their weights: the mean loss is lossSum / lossWeight
  gradNorm: f64; // of the last step that was clipped
  x: usize; // the input rows at hand
  y: usize; // their targets
  weights: usize; // their weights in the loss, or 0
  order: usize; // the samples to gather
  rows: usize; // B
  workspace: usize; // scratch of the op that runs, as large as the largest wants it
  scale: f32; // what an optimizer step multiplies every gradient by
  step: usize; // optimizer steps since the table of per-step scalars was filled
  accumulate: bool; // whether parameter gradients are added to
  stopped: bool; // a loss or gradient was found that is not finite; the rest of the list is left out
}

/** Bytes of a context. */
export const CONTEXT: usize = offsetof<Context>();

/** Sets the workspace of a list. */
export function setWorkspace(context: Context, workspace: usize): void {
  context.workspace = workspace;
}
