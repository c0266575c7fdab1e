import { ResourceOwner } from '../resources.js';
import type { Tensor } from '../tensor.js';
import type { HistoryRow, Monitored } from './fitResult.js';
import { Snapshot } from './snapshot.js';

/** When a fit stops before all its epochs are run. */
export interface EarlyStopping {
  /** The watched quantity: a key of a history row. Accuracy and r2 should become large, all others small. Default: validationLoss, or loss without validation. */
  readonly monitor?: Monitored | undefined;
  /** After how many epochs in a row without a better value it stops. NaN is never better. */
  readonly patience: number;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /** If true, the model gets back the parameters and buffers of the best epoch when the fit is completed or stopped by this. Default true. */
  readonly restoreBest?: boolean | undefined;
}

/** The same with all its defaults. */
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

  /** Takes the row of an epoch into account. */
  update(row: HistoryRow): void {
    const { monitor, minDelta } = this.#options;
    const value = row[monitor]!;
    const gain = /accuracy|r2/i.test(monitor) ? value - (this.#best ?? -Infinity) : (this.#best ?? Infinity) - value;
    this.#waited++;
    // NaN is no gain, and neither is an infinity over none.
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

  /** Plain data from which a later fit goes on. */
  state(): EarlyStoppingState {
    return {
      ...(this.#bestEpoch !== undefined && { best: this.#best!, bestEpoch: this.#bestEpoch }),
      waited: this.#waited,
      ...(this.#bestEpoch !== undefined && this.#snapshot && { values: this.#snapshot.values }),
    };
  }
}
