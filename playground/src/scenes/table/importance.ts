// Importance of a column: how much worse the model predicts held-out rows when its values are shuffled among them.
import { dataset, randperm, tensor } from 'adamas';
import { csvBatches } from 'adamas/datasets';
import type { TableModel } from 'adamas/tabular';

/** Largest number of rows on which importances are measured, and number of shuffles of each column. */
export const MAX_ROWS = 5000;
export const SHUFFLES = 5;

/** The importance of a column: the fall of R2, or of the accuracy, in the mean over the shuffles, and its standard deviation. */
export interface Importance {
  readonly column: string;
  readonly mean: number;
  readonly deviation: number;
}

/** Encoded rows that were held out. */
export interface HeldRows {
  /** `[N, D]` */
  readonly features: Float32Array;
  readonly targets: Float32Array;
  readonly count: number;
}

/** Reads the held-out rows of a model's table again: all of them, or MAX_ROWS spread evenly. */
export async function heldRows(file: Blob, model: TableModel, signal: AbortSignal): Promise<HeldRows> {
  const { schema, heldOut } = model;
  const D = schema.features.length;
  const count = Math.min(heldOut.length, MAX_ROWS);
  const rows = new Set(Array.from({ length: count }, (_, i) => heldOut[Math.floor((i * heldOut.length) / count)]!));
  const features = new Float32Array(count * D);
  const targets = new Float32Array(count);
  let [row, found] = [0, 0];
  for await (const batch of csvBatches(file, schema, { batchSize: 4096, signal })) {
    for (let i = 0; i < batch.targets.length; i++, row++) {
      if (!rows.has(row)) continue;
      features.set(batch.features.subarray(i * D, (i + 1) * D), found * D);
      targets[found++] = batch.targets[i]!;
    }
  }
  return { features, targets, count };
}

/** Measures one column after the other. */
export async function* importances(
  { model, schema }: TableModel,
  { features, targets, count }: HeldRows,
): AsyncGenerator<Importance, void> {
  const D = schema.features.length;
  const score = (values: Float32Array): number => {
    const data = dataset(tensor(values, [count, D]), targets);
    try {
      const { r2, accuracy } = model.evaluate(data);
      return accuracy ?? r2!;
    } finally {
      // The model may have been disposed during the host's turn.
      data.dispose();
    }
  };
  const whole = score(features);
  let first = 0;
  for (const column of schema.columns) {
    const width = column.kind === 'category' ? column.classes.length : 1;
    const falls: number[] = [];
    for (let seed = 0; seed < SHUFFLES; seed++) {
      const order = randperm(count, { seed });
      const shuffled = features.slice();
      for (let i = 0; i < count; i++) {
        const from = order[i]! * D + first;
        shuffled.set(features.subarray(from, from + width), i * D + first);
      }
      falls.push(whole - score(shuffled));
    }
    first += width;
    const mean = falls.reduce((a, b) => a + b, 0) / SHUFFLES;
    const deviation = Math.sqrt(falls.reduce((sum, fall) => sum + (fall - mean) ** 2, 0) / SHUFFLES);
    yield { column: column.name, mean, deviation };
    // Commands of the page get their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
