import { Context } from './context';
import { gather_f32 } from './gather';

/** Bytes of the per-step scalars of one optimizer step. */
export const SCALARS: usize = 64;


@unmanaged
class Gather {
  role: u32; // what the rows become: 0 the input at hand, 1 the targets, 2 their weights
  out: usize; // [rows, D]
  rows: usize; // [N, D]
  D: usize;
}

/** Op: gathers the rows of the next batches and makes them the input, the targets or the weights at hand. */
export function gather(at: usize, context: Context): void {
  const args = changetype<Gather>(at);
  gather_f32(args.out, args.rows, context.order, context.rows, args.D);
  if (args.role === 0) context.x = args.out;
  else if (args.role === 1) context.y = args.out;
  else context.weights = args.out;
}


@unmanaged
class Step {
  kernel: u32; // its index in the function table
  table: usize;
  rows: usize;
  scalars: usize; // SCALARS bytes a step, of which the last float32 is the group's sign: -1 to maximize, else 1
}

/** Op: one step of any optimizer over a table of rows, with the scalars of this step. */
export function stepTable(at: usize, context: Context): void {
  const args = changetype<Step>(at);
  const scalars = args.scalars + context.step * SCALARS;
  call_indirect<void>(args.kernel, args.table, args.rows, scalars, context.scale * load<f32>(scalars, SCALARS - 4));
}
