// A fit with any of its options, drawn at random, and all that it leaves behind.
import fc from 'fast-check';
import {
  batchNorm,
  type Checkpoint,
  CosineAnnealingLR,
  type Dataset,
  dataset,
  dropout,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  type FitResult,
  type fit,
  type fitSync,
  linear,
  OneCycleLR,
  ReduceLROnPlateau,
  relu,
  StochasticWeightAverage,
  sequential,
} from '../../src/index.js';
import { optimizers } from '../optimizers.js';
import { noise, stateBits, timeless } from './byHand.js';

export const EPOCHS = 5;

/** Its size. */
export interface Size {
  readonly N: number;
  readonly hidden: number;
}

/** Parts of a fit; all of it is drawn at random. */
export interface Drawn {
  readonly optimizer: string;
  /** True if some parameters are in a group with an lr of its own. */
  readonly groups: boolean;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly seed: number;
  readonly schedule: 'none' | 'cosine' | 'plateau' | 'oneCycle';
  readonly average: 'none' | 'ema' | 'swa';
  readonly patience: number | undefined;
  readonly validation: number | 'apart' | undefined;
  readonly logEvery: number | undefined;
  readonly weighted: boolean;
  readonly more: Pick<FitOptions, 'shuffle' | 'dropLast' | 'skipNonFinite' | 'classWeights'>;
  readonly clipGradNorm: number | undefined;
  readonly clipGradValue: number | undefined;
}

export const drawn: fc.Arbitrary<Drawn> = fc.record({
  optimizer: fc.constantFrom(...optimizers.keys()),
  groups: fc.boolean(),
  batchSize: fc.integer({ min: 2, max: 17 }),
  accumulate: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(100),
  schedule: fc.constantFrom('none', 'cosine', 'plateau', 'oneCycle'),
  average: fc.constantFrom('none', 'ema', 'swa'),
  patience: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  validation: fc.constantFrom<Drawn['validation'][]>(undefined, 0.2, 0.5, 'apart'),
  logEvery: fc.constantFrom(undefined, 5, 1000),
  weighted: fc.boolean(),
  more: fc.record({
    shuffle: fc.boolean(),
    dropLast: fc.boolean(),
    skipNonFinite: fc.boolean(),
    classWeights: fc.constantFrom<NonNullable<FitOptions['classWeights']>[]>('balanced', [2, 1]),
  }),
  clipGradNorm: fc.constantFrom(undefined, 0.5),
  clipGradValue: fc.constantFrom(undefined, 0.05),
});

/** True if its batches all have more than one row: of one alone batchNorm cannot train. */
export function trains({ validation, batchSize, more }: Drawn, { N }: Size): boolean {
  const rows = N - (typeof validation === 'number' ? Math.round(N * validation) : 0);
  return more.dropLast || rows % batchSize !== 1;
}

export function samples(N: number, seed = 21): Dataset {
  const random = noise(seed);
  const rows = Array.from({ length: N }, () => [random(), random(), random()]);
  return dataset(
    rows,
    rows.map(([a, b]) => (a! * b! > 0 ? 1 : 0)),
  );
}

/** All that a fit leaves behind, but for the clock. */
export interface Ended {
  readonly result: ReturnType<typeof timeless>;
  readonly model: unknown;
  readonly optimizer: unknown;
  readonly schedule: unknown;
  readonly average: unknown;
}

/** Runs it over objects of its own, from a checkpoint if there is one, and gives each checkpoint to `keep`: one per epoch, or after every slice. */
export async function ran(
  train: typeof fit | typeof fitSync,
  drawn: Drawn,
  { N, hidden }: Size,
  keep?: (checkpoint: Checkpoint) => void,
  resume?: Checkpoint,
  everySlice = false,
): Promise<Ended> {
  using data = samples(N);
  using apart = samples(N, 22);
  using model = sequential(
    linear(3, hidden, { seed: 1 }),
    batchNorm(hidden),
    relu(),
    dropout(0.3, { seed: 2 }),
    linear(hidden, 2, { seed: 3 }),
  );
  const Class = optimizers.get(drawn.optimizer)!;
  const [first, ...others] = model.parameters();
  const groups = drawn.groups ? [{ params: others }, { params: [first!], lr: 0.005 }] : [first!, ...others];
  using optimizer = new Class(groups, { lr: 0.02 });
  const scheduler =
    drawn.schedule === 'cosine'
      ? new CosineAnnealingLR(optimizer, { tMax: 40 })
      : drawn.schedule === 'plateau'
        ? new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 })
        : new OneCycleLR(optimizer, { maxLr: 0.05, totalSteps: 5 * N * EPOCHS, cycleMomentum: false });
  using average =
    drawn.average === 'ema'
      ? new ExponentialMovingAverage(model.parameters(), { decay: 0.8 })
      : new StochasticWeightAverage(model.parameters().slice(1));
  const { batchSize, accumulate, seed, patience, validation, logEvery, clipGradNorm, clipGradValue, more } = drawn;
  const result: FitResult = await train(model, data, {
    ...{ loss: 'crossEntropy', optimizer, epochs: EPOCHS, batchSize, accumulate, seed, ...more },
    metrics: ['accuracy'],
    ...(drawn.schedule !== 'none' && { scheduler }),
    ...(drawn.schedule === 'oneCycle' && { scheduleEvery: 'step' }),
    ...(drawn.average !== 'none' && { average }),
    ...(drawn.weighted && { sampleWeights: Float32Array.from({ length: N }, (_, i) => 1 + (i % 3)) }),
    ...(patience !== undefined && { earlyStopping: { patience, monitor: 'accuracy' } }),
    ...(validation !== undefined && { validation: validation === 'apart' ? apart : validation }),
    ...(logEvery !== undefined && { logEvery }),
    ...(clipGradNorm !== undefined && { clipGradNorm }),
    ...(clipGradValue !== undefined && { clipGradValue }),
    ...(keep && { onCheckpoint: keep }),
    ...(everySlice && { checkpointEvery: { seconds: 1e-9 } }),
    ...(resume && { resume }),
  });
  return {
    result: timeless(result),
    model: encodeStateDict(model.stateDict()),
    optimizer: [stateBits(optimizer as never), optimizer.paramGroups.map(({ params: _, ...options }) => options)],
    schedule: scheduler.stateDict(),
    average: encodeStateDict(average.stateDict()),
  };
}
