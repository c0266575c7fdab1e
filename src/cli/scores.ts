import { alignColumns } from '../data/describe.js';
import type { CsvSchema } from '../datasets.js';
import type { TableScores } from '../tabular.js';
import { grouped, short } from './terminal.js';

/** Maximum number of classes for which the confusion matrix is printed. */
const CLASSES = 20;

/** Scores as text: R2 and MAE in the target's units, or the accuracy and the confusion matrix. */
export function scoresText(scores: TableScores, schema: CsvSchema, rows: string): string {
  const { r2, mae, accuracy, confusion } = scores;
  const targets = schema.targets.map(({ name }) => name).join(', ');
  const unit = schema.targets[0]!.kind === 'date' ? ' days' : '';
  const head = `${targets}, ${grouped(scores.rows)} ${rows}`;
  if (accuracy === undefined) return `${head}: R2 ${r2!.toFixed(4)}, MAE ${short(mae!)}${unit}`;
  return [`${head}: accuracy ${accuracy.toFixed(4)}`, ...confusionTable(confusion!, schema.classes!)].join('\n');
}

function confusionTable(counts: readonly (readonly number[])[], classes: readonly string[]): string[] {
  if (classes.length > CLASSES) return [];
  const rows = counts.map((row, i) => [classes[i]!, ...row.map(String)]);
  return ['true class by row, predicted class by column:', alignColumns([['', ...classes], ...rows])];
}
