/** Optimizers of the book's chapters; Adam takes its options from the sliders, the others have the book's. */
export const OPTIMIZERS = ['Adam', 'RMSprop', 'Momentum', 'SGD', 'Adagrad', 'Adadelta'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];

export interface ChapterState {
  readonly optimizers: readonly OptimizerName[];
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
}

/** The chapter's own run. */
export const INITIAL: ChapterState = {
  optimizers: ['Adam'],
  lr: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  batchSize: 10,
  epochs: 2,
  seed: 0,
};

/** The least and the greatest value of each number. */
export const LIMITS = {
  lr: [1e-4, 10],
  beta1: [0, 0.99],
  beta2: [0, 0.9999],
  eps: [1e-10, 100],
  batchSize: [1, 1500],
  epochs: [1, 5000],
  seed: [0, 999],
} as const satisfies Partial<Record<keyof ChapterState, readonly [number, number]>>;

export type NumberName = keyof typeof LIMITS;

const NUMBERS = Object.keys(LIMITS) as NumberName[];
const WHOLE: readonly NumberName[] = ['batchSize', 'epochs', 'seed'];

/** Reads the state from the parameters of an address. Missing and invalid values have their defaults. */
export function readState(params: URLSearchParams): ChapterState {
  const numbers = NUMBERS.map((name) => {
    const text = params.get(name) ?? '';
    const [value, [min, max]] = [Number(text), LIMITS[name]];
    const fits = text !== '' && value >= min && value <= max && (!WHOLE.includes(name) || Number.isInteger(value));
    return [name, fits ? value : INITIAL[name]] as const;
  });
  const run = params.get('run')?.split(',');
  const optimizers = run ? OPTIMIZERS.filter((name) => run.includes(name)) : INITIAL.optimizers;
  return { ...(Object.fromEntries(numbers) as Record<NumberName, number>), optimizers };
}

/** The parameters of an address: readState gives the same state of them. */
export function writeState({ optimizers, ...numbers }: ChapterState): Record<string, string> {
  const texts = NUMBERS.map((name) => [name, String(numbers[name])]);
  return { ...Object.fromEntries(texts), run: optimizers.join(',') };
}

/** Runs of the second exercise: Adam without either half, beside the optimizer that is left. Changes of the chapter's own run. */
export const HALVES = {
  rmsprop: { beta1: 0, beta2: 0.9, optimizers: ['Adam', 'RMSprop'] },
  momentum: { eps: 100, lr: 4, beta1: 0.5, optimizers: ['Adam', 'Momentum'] },
} as const satisfies Record<string, Partial<ChapterState>>;

/** Samples between two evaluations of the loss. */
export const LOG_EVERY = 100;

/** Evaluations of the loss in an epoch: one for 100 samples, or one a batch where batches are larger. */
export const evaluations = (batchSize: number): number => Math.min(1500 / LOG_EVERY, Math.ceil(1500 / batchSize));

/** The epoch of each of the losses. */
export const epochsOf = (length: number, batchSize: number): number[] =>
  Array.from({ length }, (_, i) => i / evaluations(batchSize));

/** Parameters of the model. */
export const PARAMETERS = 6;

/** Numbers of the trace of one parameter in one step: g, v, s and x. */
export const TRACED = 4;

/** Largest number of traced steps. */
export const MAX_TRACE = 3000;
