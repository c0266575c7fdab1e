import { ResourceOwner } from '../resources.js';
import type { Tensor } from '../tensor.js';
import type { HistoryRow, Monitored } from './fitResult.js';
import { Snapshot } from './snapshot.js';

/** Conditions under which a fit stops before its last epoch. */
export interface EarlyStopping {
  /** The watched quantity: a key of a history row. Accuracy and r2 are maximised, all others minimised. Default: validationLoss, or loss without validation. */
  readonly monitor?: Monitored | undefined;
  /** Number of epochs in a row without a better value after which it stops. NaN is never better. */
  readonly patience: number;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /** If true, the model gets back the parameters and buffers of the best epoch when the fit is completed or stopped by this. Default true. */
  readonly restoreBest?: boolean | undefined;
}

/** The options with their defaults. */
export type ResolvedEarlyStopping = Required<EarlyStopping>;

/** State of early stopping. */
export interface EarlyStoppingState {
  /** Best value so far; undefined before the first. */
  readonly best?: number;
  /** Epoch of the best value. */
  readonly bestEpoch?: number;
  /** Epochs since the best. */
  readonly waited: number;
  /** Parameters and buffers of the best epoch, in the model's order; missing without `restoreBest`. */
  readonly values?: readonly Float32Array[];
}

/** Early stopping: the best value of the monitored quantity, and the parameters of that epoch. */
export class EarlyStopper extends ResourceOwner {
  readonly #options: ResolvedEarlyStopping;
  readonly #snapshot: Snapshot | undefined;
  #best: number | undefined;
  #bestEpoch: number | undefined;
  /** Epochs since the best. */
  #waited = 0;

  constructor(options: ResolvedEarlyStopping, tensors: readonly Tensor[], saved?: EarlyStoppingState) {
    super();
    this.#options = options;
    this.#snapshot = options.restoreBest ? this.resources.use(new Snapshot(tensors)) : undefined;
    if (saved === undefined) return;
    this.#best = saved.best;
    this.#bestEpoch = saved.bestEpoch;
    this.#waited = saved.waited;
    if (this.#snapshot && saved.values) this.#snapshot.values = saved.values;
  }

  get bestEpoch(): number | undefined {
    return this.#bestEpoch;
  }

  /** True after `patience` epochs without a better value. */
  get exhausted(): boolean {
    return this.#waited >= this.#options.patience;
  }

  /** Compares the row of an epoch with the best so far. */
  update(row: HistoryRow): void {
    const { monitor, minDelta } = this.#options;
    const value = row[monitor]!;
    const gain = /accuracy|r2/i.test(monitor) ? value - (this.#best ?? -Infinity) : (this.#best ?? Infinity) - value;
    this.#waited++;
    // A gain of NaN does not count: neither does a value of NaN, nor a first value that is infinite.
    if (!(gain > minDelta)) return;
    this.#best = value;
    this.#bestEpoch = row.epoch;
    this.#waited = 0;
    this.#snapshot?.take();
  }

  /** Restores the parameters and buffers of the best epoch, if there was one. */
  restore(): void {
    if (this.#bestEpoch !== undefined) this.#snapshot?.restore();
  }

  /** The state as plain data, from which a later fit continues. */
  state(): EarlyStoppingState {
    return {
      ...(this.#bestEpoch !== undefined && { best: this.#best!, bestEpoch: this.#bestEpoch }),
      waited: this.#waited,
      ...(this.#bestEpoch !== undefined && this.#snapshot && { values: this.#snapshot.values }),
    };
  }
}
