// The job of `adamas compare`: one training.
import type { SweepInput, SweepOutput } from '../distribute/sweepOptions.js';
import { VERSION } from '../doctor/version.js';
import { type TrainTableOptions, trainTable } from '../tabular.js';

/** Data that all trainings of a comparison share. */
export interface Comparison {
  /** Bytes of the table's file. */
  readonly table: Uint8Array;
  readonly options: TrainTableOptions;
  /** Version of adamas, which a worker must have too. */
  readonly version: string;
}

/** The score of a training on its held-out rows, accuracy or R2; -Infinity where it diverged. */
export default async function run({ params, seed, data }: SweepInput): Promise<SweepOutput> {
  const { table, options, version } = data as Comparison;
  if (version !== VERSION) throw new Error(`the worker has adamas ${VERSION}, the comparison ${version}`);
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  const losses: number[] = [];
  try {
    const model = await trainTable([table.slice()], {
      ...{ ...options, ...given, seed },
      onEpoch({ loss }) {
        losses.push(loss);
      },
    });
    model.dispose();
    return { value: model.scores?.accuracy ?? model.scores?.r2 ?? Number.NEGATIVE_INFINITY, losses };
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes('diverge'))) throw error;
    return { value: Number.NEGATIVE_INFINITY, losses };
  }
}
