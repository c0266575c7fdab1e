import type { CsvBatch } from './batches.js';
import { type CsvRow, ObjectRow } from './objectRow.js';
import type { CsvSchema } from './schema.js';

/**
 * Encodes objects with their targets, as {@link CsvSchema.transform} encodes them without targets. A row with a missing value is left out where
 * the schema leaves such rows out.
 *
 * @param call - the function in errors
 * @param start - the index of the first row in errors
 */
export function encodeRows(call: string, schema: CsvSchema, rows: readonly CsvRow[], start: number): CsvBatch {
  const names = [...schema.columns, ...schema.targets].map(({ name }) => name);
  const encoders = schema.encoders(schema.columns.map((_, i) => i));
  const targetEncoders = schema.targetEncoders(schema.targets.map((_, i) => schema.columns.length + i));
  const row = new ObjectRow(call, names, schema.plan.absent, true);
  const [D, K] = [schema.features.length, schema.targets.length];
  const features = new Float32Array(rows.length * D);
  const targets = new Float32Array(rows.length * K);
  let kept = 0;
  for (const [i, one] of rows.entries()) {
    row.take(one, start + i);
    const place = `${call}: row ${start + i}`;
    const missing = [...targetEncoders, ...encoders].filter((encoder) => encoder.isMissing(row));
    if (missing.some(({ plan }) => plan.missing === 'drop' || (plan.isTarget && plan.missing !== 'error'))) continue;
    for (const encoder of missing) if (encoder.plan.missing === 'error') throw encoder.missing(row, place);
    for (const encoder of targetEncoders) encoder.write(row, targets, kept * K, place);
    for (const encoder of encoders) {
      if (missing.includes(encoder)) encoder.fill(features, kept * D);
      else encoder.write(row, features, kept * D, place);
    }
    kept++;
  }
  return { features: features.subarray(0, kept * D), targets: targets.subarray(0, kept * K), classes: schema.classes };
}
