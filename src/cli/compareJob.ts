// The job of `adamas compare`: one training.
import { type TableScores, type TrainTableOptions, trainTable } from '../tabular.js';

/** A training to run. */
export interface Trial {
  /** Path of the table, or its bytes. */
  readonly source: string | readonly Uint8Array[];
  readonly options: TrainTableOptions;
}

/** Its outcome. `scores` are missing where it diverged. */
export interface Outcome {
  readonly scores: TableScores | undefined;
  readonly losses: readonly number[];
}

/** URL of this module, which a worker loads. */
export const url = import.meta.url;

export default async function run({ source, options }: Trial): Promise<Outcome> {
  const losses: number[] = [];
  try {
    const model = await trainTable(source, {
      ...options,
      onEpoch({ loss }) {
        losses.push(loss);
      },
    });
    model.dispose();
    return { scores: model.scores, losses };
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes('diverge'))) throw error;
    return { scores: undefined, losses };
  }
}
