import { Context, inputOr } from './context';

/** Calls function `id` of JavaScript's over the current rows, whatever it reads of these; returns their mean loss, 0 from a layer. */
@external('env', 'host')
declare function callHost(id: u32, rows: usize, x: usize, y: usize, weights: usize, accumulate: bool): f64;


@unmanaged
class Host {
  id: u32;
  x: usize; // 0 for the current input rows
  most: usize; // as how many rows their mean counts, at most; 0 for a layer
}

/** Op: a pass of a layer, or a loss, written in JavaScript. What that throws ends the list. */
export function host(at: usize, context: Context): void {
  const args = changetype<Host>(at);
  const rows = context.rows;
  const loss = callHost(args.id, rows, inputOr(args.x, context), context.y, context.weights, context.accumulate !== 0);
  const weight = <f64>min(args.most, rows);
  context.lossSum += loss * weight;
  context.lossWeight += weight;
}
