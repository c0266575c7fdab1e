import { ResourceStack } from '../resources.js';
import type { Tensor } from '../tensor.js';
import type { EarlyStoppingState } from './checkpoint.js';
import type { CheckedEarlyStopping } from './options.js';
import type { HistoryRow } from './result.js';
import { Snapshot } from './snapshot.js';

/** Whether a fit gets any better, and the best it was. */
export class EarlyStopper extends ResourceStack {
  readonly #options: CheckedEarlyStopping;
  readonly #snapshot: Snapshot | undefined;
  #best: number | undefined;
  #bestEpoch: number | undefined;
  /** Epochs since the best. */
  #waited = 0;

  constructor(options: CheckedEarlyStopping, tensors: readonly Tensor[], saved?: EarlyStoppingState) {
    super();
    this.#options = options;
    this.#snapshot = options.restoreBest ? this.use(new Snapshot(tensors)) : undefined;
    if (saved === undefined) return;
    this.#best = saved.best;
    this.#bestEpoch = saved.bestEpoch;
    this.#waited = saved.waited;
    if (this.#snapshot && saved.values) this.#snapshot.values = saved.values;
  }

  get bestEpoch(): number | undefined {
    return this.#bestEpoch;
  }

  /** Whether there was no better epoch for too long. */
  get exhausted(): boolean {
    return this.#waited >= this.#options.patience;
  }

  /** Notes how an epoch ended. */
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
    this.#snapshot?.keep();
  }

  /** Brings back the parameters and buffers of the best epoch, if there was one. */
  restore(): void {
    if (this.#bestEpoch !== undefined) this.#snapshot?.restore();
  }

  /** Plain data that a later monitor goes on from. */
  state(): EarlyStoppingState {
    return {
      ...(this.#bestEpoch !== undefined && { best: this.#best!, bestEpoch: this.#bestEpoch }),
      waited: this.#waited,
      ...(this.#bestEpoch !== undefined && this.#snapshot && { values: this.#snapshot.values }),
    };
  }
}
