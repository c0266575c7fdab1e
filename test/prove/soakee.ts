// The program that the proof `soak` watches: it creates, trains, saves, loads and disposes at random for so many seconds, and says each second
// what memory it has.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, dataset, fit, fitSync, type Model, memoryUsage, mlp, type Optimizer } from '../../src/index.js';
import { load, save } from '../../src/io.js';
import { TableModel, trainTable } from '../../src/tabular.js';
import { memoryBuffer } from '../../src/wasm/kernels.js';
import { randomModel } from '../io/randomModels.js';
import { optimizers } from '../optimizers.js';
import { Draw } from './proof.js';

/** Report of the program, once a second. */
export interface Sample {
  readonly seconds: number;
  /** Bytes of the process in memory, of Wasm memory, and of what is in use there. */
  readonly resident: number;
  readonly wasm: number;
  readonly used: number;
  /** Operations so far, by their names. */
  readonly done: Readonly<Record<string, number>>;
}

/** A model that lives, and what trains it. */
interface Living {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly data: Dataset;
}

const ROWS = 24;
const MOST = 12;
const [seconds, seed] = process.argv.slice(2).map(Number) as [number, number];
const draw = new Draw(seed);
const folder = mkdtempSync(join(tmpdir(), 'adamas-soak-'));
const living: Living[] = [];
/** Predictions of each file's model. */
const files = new Map<
  string,
  { readonly data: readonly [Float32Array, Float32Array]; readonly predicted: Float32Array }
>();

const take = () => living.splice(draw.below(living.length), 1)[0];
const any = () => living[draw.below(living.length)];

function optimizerFor(model: Model, name = draw.one([...optimizers.keys()])): Optimizer {
  return new (optimizers.get(name)!)(model.parameters(), { lr: 0.001 }) as never;
}

function datasetOf(model: Model, features: Float32Array, targets: Float32Array): Dataset {
  const rows = (values: Float32Array, width: number) =>
    Array.from({ length: ROWS }, (_, i) => values.subarray(i * width, (i + 1) * width));
  return dataset(rows(features, model.inputs!), rows(targets, model.outputs!));
}

/** Two in three are of all layers, and small; the others are wider. */
function newModel(): { model: Model; x: Float32Array } {
  if (draw.chance(2 / 3)) {
    const drawn = randomModel(draw.below(1e6));
    if (drawn.model.parameters().length > 0) return drawn;
    drawn.model.dispose();
    return newModel();
  }
  const inputs = 1 + draw.below(64);
  const hidden = Array.from({ length: 1 + draw.below(2) }, () => 1 + draw.below(256));
  const model = mlp({ inputs, hidden, outputs: 1 + draw.below(8), loss: 'mse', seed: draw.below(1e6) });
  return { model, x: Float32Array.from({ length: inputs * ROWS }, () => 2 * draw.next() - 1) };
}

const operations: Readonly<Record<string, () => void | Promise<void>>> = {
  create() {
    if (living.length >= MOST) return;
    const { model, x } = newModel();
    const features = Float32Array.from({ length: ROWS * model.inputs! }, (_, i) => x[i % x.length]!);
    const targets = Float32Array.from({ length: ROWS * model.outputs! }, () => 2 * draw.next() - 1);
    living.push({ model, optimizer: optimizerFor(model), data: datasetOf(model, features, targets) });
  },
  async train() {
    const one = any();
    if (!one) return;
    const { model, optimizer, data } = one;
    const options = { loss: 'mse', optimizer, epochs: 1 + draw.below(4), batchSize: draw.one([4, 6, 12, 24]) } as const;
    if (draw.chance(0.5)) fitSync(model, data, options);
    else
      await fit(model, data, draw.chance(0.2) ? { ...options, checkpoint: { place: join(folder, 'run') } } : options);
  },
  async save() {
    const one = any();
    if (!one) return;
    const path = join(folder, `model${draw.below(8)}`);
    const { features, targets } = one.data;
    await save(one.model, path, { optimizer: one.optimizer });
    files.set(path, { data: [features.data.slice(), targets.data.slice()], predicted: one.model.predict(features) });
  },
  async load() {
    if (files.size === 0 || living.length >= MOST) return;
    const [path, { data, predicted }] = draw.one([...files]);
    const { model, optimizer: saved } = await load(path);
    const optimizer = optimizerFor(model, saved!.name);
    optimizer.loadStateDict(saved!.state);
    const one = { model, optimizer, data: datasetOf(model, ...data) };
    living.push(one);
    const now = model.predict(one.data.features);
    if (now.some((value, i) => !Object.is(value, predicted[i]))) throw new Error(`${path} predicts something else`);
  },
  async table() {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      size: draw.next(),
      kind: i % 3 ? 'a' : 'b',
      price: draw.next(),
    }));
    const options = { target: draw.one(['price', 'kind']), model: draw.one(['linear', 'mlp'] as const), epochs: 2 };
    using table = await trainTable(rows, options);
    await table.save(join(folder, 'table'));
    using again = await TableModel.load(join(folder, 'table'));
    if (String(again.predict(rows)) !== String(table.predict(rows)))
      throw new Error('the table predicts something else');
  },
  dispose() {
    const one = take();
    for (const part of one ? [one.optimizer, one.data, one.model] : []) part.dispose();
  },
};

const names = ['create', 'train', 'train', 'train', 'save', 'load', 'dispose', 'dispose'];
const done: Record<string, number> = {};
const start = performance.now();
const say = () => {
  // Without it the resident size follows how fast the machine is just now: V8 lets its heap grow with the rate of allocations.
  gc!();
  const sample: Sample = {
    ...{ seconds: (performance.now() - start) / 1000, resident: process.memoryUsage().rss },
    ...{ wasm: memoryBuffer().byteLength, used: memoryUsage(), done },
  };
  console.log(JSON.stringify(sample));
};
try {
  for (let next = 0, now = 0; now < seconds; now = (performance.now() - start) / 1000) {
    const name = draw.chance(0.02) ? 'table' : draw.one(names);
    await operations[name]!();
    done[name] = (done[name] ?? 0) + 1;
    if (now < next) continue;
    say();
    next = now + 1;
  }
  while (living.length > 0) await operations.dispose!();
  say();
} finally {
  rmSync(folder, { recursive: true });
}
