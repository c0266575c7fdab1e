// A study in a place: what a sweep has found so far, from which it goes on.
import { AdamasError } from '../errors.js';
import type { Place } from '../train/place.js';
import { pack, unpack } from './payload.js';
import type { Space } from './search.js';
import type { SweepRow } from './sweepOptions.js';

/** A study cannot go on: its place holds another one, or its jobs failed. Nothing that was found is lost. */
export class StudyError extends AdamasError {
  override readonly name = 'StudyError';
}

/** Settings that make a study the same one. Seeds and trials may be added. */
export interface StudyPlan {
  readonly name: string;
  readonly space: Space;
  readonly search: string;
  readonly budgets: readonly number[] | undefined;
  readonly folds: number | undefined;
  readonly seed: number;
  /** SHA-256 of the job's module. */
  readonly module: string;
  /** The same of its data. */
  readonly data: string | undefined;
}

/** Reasons why a plan is not that of the study, by its part. */
const DIFFERS: Readonly<Record<keyof StudyPlan, string>> = {
  name: 'is another study',
  space: 'has another space',
  search: 'has another search',
  budgets: 'has other budgets',
  folds: 'has another number of folds',
  seed: 'has another seed of its search',
  data: 'was made with other data',
  module: 'was made with another version of the job module',
};

/** Milliseconds between two writes, at least; after one that takes long, twenty times as long. */
const EVERY = 1000;

/** The rows that are known, with the models that may still be the best one's. */
export class Study {
  readonly rows = new Map<string, SweepRow>();
  readonly models = new Map<string, Uint8Array>();
  /** Keys of all rows that had a model. */
  readonly modelled = new Set<string>();
  readonly #plan: StudyPlan;
  readonly #place: Place | undefined;
  #writing: Promise<void> | undefined;
  #next = 0;

  private constructor(plan: StudyPlan, place: Place | undefined) {
    this.#plan = plan;
    this.#place = place;
  }

  /** The study of a place; without a place, or where it is empty, a new one. Rejects with StudyError where another one is there, and FormatError. */
  static async open(plan: StudyPlan, place: Place | undefined): Promise<Study> {
    const study = new Study(plan, place);
    const bytes = await place?.read();
    if (!bytes) return study;
    const kept = (await unpack({ text: new TextDecoder().decode(bytes), files: [] })) as {
      plan: StudyPlan;
      rows: Map<string, SweepRow>;
      models: Map<string, Uint8Array>;
      modelled: Set<string>;
    };
    for (const part of Object.keys(DIFFERS) as (keyof StudyPlan)[]) {
      if (JSON.stringify(kept.plan?.[part]) === JSON.stringify(plan[part])) continue;
      throw new StudyError(
        `sweep: the study ${JSON.stringify(kept.plan?.name)} of that place ${DIFFERS[part]}: give another place and name, or remove it`,
      );
    }
    for (const [key, row] of kept.rows) study.rows.set(key, row);
    for (const [key, model] of kept.models) study.models.set(key, model);
    for (const key of kept.modelled) study.modelled.add(key);
    return study;
  }

  /** Keeps a row, and its model. Writes the place now and then. */
  add(key: string, row: SweepRow, model: Uint8Array | undefined): void {
    this.rows.set(key, row);
    if (model) {
      this.models.set(key, model);
      this.modelled.add(key);
    }
    if (this.#writing || performance.now() < this.#next) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    // The last write, by `save`, reports an error.
    this.#writing.catch(() => {});
  }

  /** Writes the place. */
  async save(): Promise<void> {
    await this.#writing?.catch(() => {});
    await this.#write();
  }

  async #write(): Promise<void> {
    if (!this.#place) return;
    const start = performance.now();
    const { rows, models, modelled } = this;
    const { text } = await pack(
      'sweep: the study',
      { plan: this.#plan, rows, models, modelled },
      Number.POSITIVE_INFINITY,
    );
    await this.#place.write(new TextEncoder().encode(text));
    this.#next = performance.now() + Math.max(EVERY, 20 * (performance.now() - start));
  }
}
