// Names and learning rates of the optimizers. No kernels here: the page draws with it, the worker steps with paths.ts.
import type { Landscape } from './functions.js';

/** Names of the optimizers as an address writes them, with their titles, in the order in which they are listed. */
export const TITLES = {
  sgd: 'SGD',
  momentum: 'SGD, momentum 0.9',
  nesterov: 'SGD, Nesterov 0.9',
  adagrad: 'Adagrad',
  rmsprop: 'RMSprop',
  adadelta: 'Adadelta',
  adam: 'Adam',
  amsgrad: 'Adam, AMSGrad',
  adamw: 'AdamW',
  adamax: 'Adamax',
  nadam: 'NAdam',
  radam: 'RAdam',
  lion: 'Lion',
  rprop: 'Rprop',
  asgd: 'ASGD',
  lbfgs: 'L-BFGS',
} as const;

export type OptimizerName = keyof typeof TITLES;

export const OPTIMIZER_NAMES = Object.keys(TITLES) as OptimizerName[];

/** Learning rates of the methods whose steps do not grow with the gradient. */
const RATES: Readonly<Partial<Record<OptimizerName, number>>> = {
  adagrad: 0.5,
  rmsprop: 0.02,
  adadelta: 20,
  lion: 0.02,
  rprop: 0.02,
  lbfgs: 1,
};

/** Default learning rate: one at which the optimizer makes progress from the landscape's own start. */
export function defaultRate(name: OptimizerName, { sgd }: Landscape): number {
  if (name === 'sgd' || name === 'asgd') return sgd;
  // With momentum 0.9 a step is ten times as long in the end.
  if (name === 'momentum' || name === 'nesterov') return sgd / 4;
  // Its first five steps are those of SGD.
  if (name === 'radam') return Math.min(0.1, 2 * sgd);
  return RATES[name] ?? 0.1;
}

/** An optimizer that runs, and its learning rate. */
export interface Runner {
  readonly name: OptimizerName;
  readonly lr: number;
}
