import { confusionMatrix } from '../plot.js';
import { TableModel } from '../tabular.js';
import type { Values } from './arguments.js';
import { checkOutputs, reading, sourceOf, titleOf, write } from './files.js';
import { scoresText } from './scores.js';
import { endProgress, grouped, print, progress, startProgress } from './terminal.js';
import { UsageError } from './usageError.js';

/** Scores a model on a table. */
export async function evaluate([modelPath, path]: readonly string[], values: Values): Promise<void> {
  const { plot } = values as Record<string, string | undefined>;
  await checkOutputs([plot], [modelPath!, path!]);
  const model = await reading(modelPath!, TableModel.load(modelPath!));
  const { classes, schema } = model;
  if (plot && !classes)
    throw new UsageError('--plot draws a confusion matrix, and the target of this model is a number');
  startProgress();
  const scores = await model.evaluate(sourceOf(path!), {
    onProgress: ({ rows }) => progress(`scored ${grouped(rows)} rows`),
  });
  endProgress();
  if (plot) {
    const title = `${titleOf(path!)}: accuracy ${scores.accuracy!.toFixed(4)} on ${grouped(scores.rows)} rows`;
    await write(plot, confusionMatrix(scores, { classes: classes!, title }));
  }
  await print(values.json ? JSON.stringify(scores, null, 2) : scoresText(scores, schema, 'rows'));
}
