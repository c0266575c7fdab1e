// What is measured is what ships: the bundles in dist.
const bundle = (name: string): Promise<unknown> => import(new URL(`../dist/${name}.js`, import.meta.url).href);

export const {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  ASGD,
  dataset,
  ExponentialMovingAverage,
  fit,
  fitSync,
  linear,
  Lion,
  NAdam,
  parameter,
  partialFit,
  RAdam,
  relu,
  RMSprop,
  Rprop,
  sequential,
  SGD,
  tensor,
} = (await bundle('index')) as typeof import('adamas');
export const { airfoil, csvBatches, parseCsv } = (await bundle('datasets')) as typeof import('adamas/datasets');
