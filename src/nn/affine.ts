import { disposeOnError } from '../resources.js';
import { emptyParameter, type Parameter } from '../tensor.js';

/** The parameters of a layer that normalizes: a weight of ones and a bias of zeros, each [n]. */
export function scaleAndShift(n: number): { weight?: Parameter; bias?: Parameter } {
  return disposeOnError((use) => {
    const [weight, bias] = [use(emptyParameter([n])), use(emptyParameter([n]))];
    weight.data.fill(1);
    bias.data.fill(0);
    return { weight, bias };
  });
}
