import { Adam, dataset, fitSync, parameter, tensor } from '../adamas.mjs';
import type { Contenders, Race, Run } from '../harness/row.js';
import { fillNormals } from '../random.mjs';
import { trained } from './training.js';

// Growth of the time along each size, over a decade: the slope is 1 where twice the size takes twice as long, and below 1 where a fixed cost counts.

/** A step on one batch. */
function step(run: Run, widths: readonly number[], batch: number): () => void {
  const { model, optimizer, features, classes } = trained(run, { widths, batch }, 1);
  const x = run.hold(tensor(features, [batch, model.inputs]));
  return () => {
    model.lossAndGrad('crossEntropy', x, classes);
    optimizer.step();
  };
}

/** An epoch of `fitSync` over this number of samples. */
function epoch(run: Run, samples: number): () => void {
  const batch = 64;
  const { model, optimizer, features, classes } = trained(run, { widths: [64, 128, 10], batch }, samples / batch);
  const data = run.hold(dataset(run.hold(tensor(features, [samples, model.inputs])), classes));
  return () => fitSync(model, data, { loss: 'crossEntropy', optimizer, epochs: 1, batchSize: batch });
}

function optimizerStep(run: Run, size: number): () => void {
  const p = run.hold(parameter(fillNormals(new Float32Array(size), 2)));
  fillNormals(p.grad);
  const optimizer = run.hold(new Adam([p]));
  return () => optimizer.step();
}

/** The sizes of a decade and one between, each with the call that is timed. */
const growth = (name: string, sizes: readonly number[], make: (run: Run, size: number) => () => void): Race => ({
  name: `growth: ${name}`,
  sizes: Object.fromEntries(sizes.map((size) => [String(size), size])),
  setup: (run): Contenders => Object.fromEntries(sizes.map((size) => [String(size), make(run, size)])),
});

export const growthRows: readonly Race[] = [
  growth('an epoch over N samples, MLP 64-128-10', [1280, 4096, 12_800], epoch),
  growth('a step over D inputs, MLP D-128-10, batch 64', [64, 200, 640], (run, d) => step(run, [d, 128, 10], 64)),
  growth('a step over the width, MLP 64-W-10, batch 64', [64, 200, 640], (run, w) => step(run, [64, w, 10], 64)),
  growth('a step over the depth, L layers of 64, batch 64', [2, 6, 20], (run, depth) =>
    step(run, [...new Array(depth).fill(64), 10], 64),
  ),
  growth('a step over the batch, MLP 64-128-10', [32, 100, 320], (run, batch) => step(run, [64, 128, 10], batch)),
  growth('a step of Adam over P parameters', [10_000, 30_000, 100_000], optimizerStep),
];
