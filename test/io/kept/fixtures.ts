// The files of a release that later ones must load: models, tables' models, checkpoints. `npx tsx test/io/kept/fixtures.ts` writes those of
// the version in package.json to test/fixtures.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AdamW,
  batchNorm,
  dataset,
  dropout,
  ExponentialMovingAverage,
  fit,
  linear,
  partialFit,
  relu,
  StepLR,
  sequential,
} from '../../../src/index.js';
import { load, save } from '../../../src/io.js';
import { TableModel, trainTable } from '../../../src/tabular.js';
import { begun, cases, digestOf, layers, predictionsOf, saved } from './cases.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder with one of each version's. */
export const fixtures = join(root, 'test/fixtures');
/** The version of this package. */
export const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const iris = join(root, 'examples/data/iris.csv');
const rows = Array.from({ length: 24 }, (_, i) => ({
  size: i,
  color: i % 3 ? 'red' : 'blue',
  price: 900 * i + (i % 3),
}));
const flower = { 'sepal length': 5.9, 'sepal width': 3, 'petal length': 4.2, 'petal width': 1.5 };

/** A file of a release. */
interface Fixture {
  /** Writes it. */
  write(path: string): Promise<unknown>;
  /** The digest of what its model predicts. */
  predictions(path: string): Promise<string>;
}

const training = () => {
  const model = sequential(
    linear(2, 4, { seed: 1 }),
    batchNorm(4),
    relu(),
    dropout(0.2, { seed: 2 }),
    linear(4, 1, { seed: 3 }),
  );
  const optimizer = new AdamW(model.parameters(), { lr: 0.02 });
  const scheduler = new StepLR(optimizer, { stepSize: 2 });
  return { model, parts: { loss: 'mse', optimizer, scheduler, average: new ExponentialMovingAverage(model) } as const };
};
const features = Array.from({ length: 20 }, (_, i) => [i / 20, (i % 4) / 4]);
const targets = features.map(([a, b]) => a! - b!);
const batches = async function* (start: number) {
  for (let i = 5 * start; i < 20; i += 5)
    yield { features: features.slice(i, i + 5), targets: targets.slice(i, i + 5) };
};

/** Fits that keep their checkpoint at a path, or go on from there. */
const fits = {
  fit: async (more: object) => {
    const { model, parts } = training();
    const options = {
      ...parts,
      batchSize: 4,
      validation: 0.2,
      metrics: ['r2'],
      earlyStopping: { patience: 5 },
    } as const;
    await fit(model, dataset(features, targets), { ...options, epochs: 2, ...more });
    return digestOf(model.predict(features));
  },
  partialFit: async (more: object) => {
    const { model, parts } = training();
    await partialFit(model, batches, { ...parts, epochs: 2, id: 'slope', ...more });
    return digestOf(model.predict(features));
  },
};

const table = (train: () => Promise<TableModel>, given: readonly object[]): Fixture => ({
  write: async (path) => (await train()).save(path),
  predictions: async (path) => {
    const model = await TableModel.load(path);
    return digestOf((model.predict(given as never) as unknown as unknown[]).map(String));
  },
});

/** The checkpoint is of the end: the model must be the one in it, not one that was trained anew. */
function noStep({ steps }: { readonly steps: number }): void {
  throw new Error(`no step was left to take, got ${steps}`);
}

/** The files of this version, by their names. */
export const written: Readonly<Record<string, Fixture>> = {
  ...Object.fromEntries(
    Object.entries(cases).map(([name, one]): [string, Fixture] => [
      name,
      {
        write: (path) => {
          const training = begun(one);
          return save(training.model, path, saved(training));
        },
        predictions: async (path) => predictionsOf((await load(path, { layers })).model),
      },
    ]),
  ),
  'table-prices': table(() => trainTable(rows, { target: 'price', model: 'linear' }), rows),
  'table-iris': table(() => trainTable(iris, { target: 'species', hidden: [4], epochs: 5 }), [flower]),
  ...Object.fromEntries(
    Object.entries(fits).map(([name, run]): [string, Fixture] => [
      `checkpoint-${name}`,
      {
        write: (path) => run({ checkpoint: { place: path, every: 1 } }),
        predictions: (path) => run({ resume: path, onProgress: noStep }),
      },
    ]),
  ),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(fixtures, version);
  mkdirSync(folder, { recursive: true });
  const digests: Record<string, string> = {};
  for (const [name, { write, predictions }] of Object.entries(written)) {
    const path = join(folder, `${name}.safetensors`);
    await write(path);
    digests[name] = await predictions(path);
  }
  writeFileSync(join(folder, 'digests.json'), `${JSON.stringify(digests, null, 2)}\n`);
}
