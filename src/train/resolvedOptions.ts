import type { Loss } from '../nn/loss.js';
import type { LossSpec } from '../nn/losses.js';
import type { Checkpoint } from './checkpoint.js';
import type { ResolvedEarlyStopping } from './earlyStopping.js';
import type { FitOptions, TrainingOptions } from './fitOptions.js';

/** Options with those of `Keys` always there. */
type Filled<Options, Keys extends keyof Options> = Options & Required<Pick<Options, Keys>>;

/** The loss of a fit. */
export interface ResolvedLoss {
  /** As given, or the model's own. */
  readonly spec: LossSpec;
  readonly loss: Loss;
}

/** Options of {@link partialFit}, checked and with their defaults. */
export type ResolvedTrainingOptions<Options extends TrainingOptions = TrainingOptions> = Omit<
  Filled<Options, 'accumulate' | 'skipNonFinite'>,
  'loss'
> &
  ResolvedLoss;

/** Options of {@link fit}, checked and with their defaults. */
export interface ResolvedFitOptions
  extends ResolvedLoss,
    Omit<
      Filled<
        FitOptions,
        | 'accumulate'
        | 'skipNonFinite'
        | 'epochs'
        | 'batchSize'
        | 'shuffle'
        | 'seed'
        | 'scheduleEvery'
        | 'metrics'
        | 'dropLast'
        | 'checkpointEvery'
        | 'override'
      >,
      'loss' | 'earlyStopping' | 'checkpoint' | 'resume'
    > {
  readonly resume?: Checkpoint | undefined;
  readonly earlyStopping: ResolvedEarlyStopping | undefined;
  /** Samples that an epoch trains on. */
  readonly epochSamples: number;
}
