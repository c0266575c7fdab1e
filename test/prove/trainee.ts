// The program that the proof `kills` kills: it trains with checkpoints, goes on from the last one, and says the digest of all that it leaves.
import { createHash } from 'node:crypto';
import {
  Adam,
  batchNorm,
  CosineAnnealingLR,
  dataset,
  dropout,
  ExponentialMovingAverage,
  encodeStateDict,
  fit,
  linear,
  partialFit,
  relu,
  sequential,
} from '../../src/index.js';
import { file } from '../../src/io.js';
import { Draw } from './proof.js';

const [kind, seedText, path] = process.argv.slice(2) as [string, string, string];
const seed = Number(seedText);
const draw = new Draw(seed);
const ROWS = 600;
const features = Array.from({ length: ROWS }, () => Array.from({ length: 6 }, () => 2 * draw.next() - 1));
const targets = features.map((row) => row.reduce((sum, x, i) => sum + (i % 2 ? x : x * x), 0.1 * draw.next()));
const hidden = 8 + draw.below(40);
const batchSize = 8 + draw.below(24);
const accumulate = 1 + draw.below(3);
const every = draw.one([1, 3, { seconds: 0.005 }, { seconds: 0.02 }]);

const model = sequential(
  linear(6, hidden, { seed }),
  batchNorm(hidden),
  relu(),
  dropout(0.2, { seed }),
  linear(hidden, 1, { seed: seed + 1 }),
);
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const scheduler = new CosineAnnealingLR(optimizer, { tMax: 5000 });
const average = new ExponentialMovingAverage(model.parameters(), { decay: 0.9 });
const parts = { loss: 'mse', optimizer, scheduler, average, accumulate } as const;
const place = file(path);
if ((await place.read()) !== undefined) console.log('resumed');

let begun = false;
/** Says that training is under way. */
const onProgress = () => {
  if (begun) return;
  begun = true;
  console.log('begun');
};

let told: unknown;
if (kind === 'fit') {
  const { status, losses, history, steps } = await fit(model, dataset(features, targets), {
    ...{ ...parts, epochs: 60, batchSize, seed, scheduleEvery: 'step', validation: 0.2, metrics: ['r2'] },
    earlyStopping: { patience: 1000 },
    ...{ checkpoint: { place, every, keep: 2 }, resume: place, onProgress },
  });
  told = [status, losses, steps, history.map(({ seconds: _, ...row }) => row)];
} else {
  const batches = async function* (start: number, epoch: number) {
    for (let i = start; i < ROWS / 20; i++) {
      const at = (i * 20 + epoch * 7) % ROWS;
      // A turn of the host, as for a file that is read.
      if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      const rows = Array.from({ length: 20 }, (_, k) => (at + k) % ROWS);
      yield { features: rows.map((row) => features[row]!), targets: rows.map((row) => targets[row]!) };
    }
  };
  const { status, steps, samples, loss } = await partialFit(model, batches, {
    ...{ ...parts, epochs: 60, id: `waves ${seed}` },
    ...{
      checkpoint: { place, every: typeof every === 'number' ? 40 * every : every, keep: 2 },
      resume: place,
      onProgress,
    },
  });
  told = [status, steps, samples, loss];
}
const left = [told, model.stateDict(), optimizer.stateDict(), scheduler.stateDict(), average.stateDict()];
console.log(
  `digest ${createHash('sha256')
    .update(JSON.stringify(encodeStateDict(left as never)))
    .digest('hex')}`,
);
