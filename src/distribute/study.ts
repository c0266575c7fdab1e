// A study in a place: the rows and models that a sweep has found so far, and from which it continues.
import { AdamasError } from '../errors.js';
import type { Place } from '../train/place.js';
import { pack, unpack } from './payload.js';
import type { Space } from './search.js';
import type { SweepRow } from './sweepOptions.js';

/** A study cannot continue: its place holds another one, or its jobs failed. Finished trainings are kept. */
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
  /** SHA-256 of its data. */
  readonly data: string | undefined;
}

/** The text of an error for each part in which a plan differs from the study's. */
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

/** Least number of milliseconds between two writes; after a slow write, twenty times its duration. */
const EVERY = 1000;

/** The finished rows, and the models that may still be the best. */
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

  /** The study of a place; without a place, or if it is empty, a new one. Rejects with StudyError if the place holds another study, and with FormatError. */
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

  /** Adds a row and its model. Writes to the place from time to time. */
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
    // An error is reported by the last write, in `save`.
    this.#writing.catch(() => {});
  }

  /** Writes the study to its place. */
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
