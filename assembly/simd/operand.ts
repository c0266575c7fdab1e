import { Context } from '../vm/context';

/** An operand of 0 stands for the input rows at hand. */
@inline export function inputOr(operand: usize, context: Context): usize {
  return operand === 0 ? context.x : operand;
}
