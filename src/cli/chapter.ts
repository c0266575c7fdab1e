// The chapter "Adam" of Dive into Deep Learning, concise version: linear regression on NASA's airfoil measurements.
import { plot as drawLine } from 'asciichart';
import { airfoil } from '../datasets.js';
import { Adam, fitSync, linear, sequential } from '../index.js';
import { lossCurve } from '../plot.js';
import type { Values } from './arguments.js';
import { checkOutputs, write } from './files.js';
import { print } from './terminal.js';

/** Samples between two evaluations of the loss. */
const LOG_EVERY = 100;

/** Trains the chapter's model for two epochs and draws its loss. */
export async function chapter(_: readonly string[], values: Values): Promise<void> {
  const { plot } = values as Record<string, string | undefined>;
  await checkOutputs([plot], []);
  const data = airfoil();
  const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const how = { loss: 'halfSquaredError', batchSize: 10, logEvery: LOG_EVERY, optimizer } as const;
  const result = fitSync(model, data, { ...how, epochs: 2, seed: 0 });
  const { losses } = result;
  const epochOf = (index: number) => (index * LOG_EVERY) / data.length;
  for (const [i, loss] of losses.entries()) await print(`epoch ${epochOf(i).toFixed(2)}, loss ${loss.toFixed(6)}`);
  await print(`\n${curve(losses)}\n`);
  if (plot) {
    const title = 'Adam, lr 0.01: linear regression on the airfoil table, 2 epochs';
    await write(plot, lossCurve(result, { title, xLabel: 'epoch', positions: epochOf }));
  }
  // The first fit pays for the engine's compilers.
  const { secondsPerEpoch } = fitSync(model, data, { ...how, epochs: 20 });
  await print(`loss: ${losses.at(-1)!.toFixed(6)}, ${secondsPerEpoch.toFixed(6)} sec per epoch`);
}

/** The losses as a line of characters, as wide as the terminal has room for. */
function curve(losses: readonly number[]): string {
  const columns = Math.max(2, Math.min(61, (process.stdout.columns ?? 80) - 10));
  const heights = Array.from({ length: columns }, (_, i) => {
    const at = (i * (losses.length - 1)) / (columns - 1);
    const before = Math.min(Math.floor(at), losses.length - 2);
    return losses[before]! + (losses[before + 1]! - losses[before]!) * (at - before);
  });
  return drawLine(heights, { height: 12, format: (value) => value.toFixed(3).padStart(7) });
}
