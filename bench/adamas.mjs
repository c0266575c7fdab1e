// The measured code is the shipped one: the bundles in dist, or those of another version that ADAMAS_DIST names (run.ts, --against).
const dist = process.env.ADAMAS_DIST ?? new URL('../dist/', import.meta.url).href;
const bundle = (name) => import(new URL(`${name}.js`, dist).href);

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
  memoryUsage,
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
} = await bundle('index');
export const { airfoil, csvBatches, parseCsv } = await bundle('datasets');

/** `fit` of adamas/worker, which is loaded when it is called. */
export const fitInWorker = async (...args) => (await bundle('worker')).fit(...args);
