// Models as files: the same model comes back, to the bit, and nothing else is let in.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safetensors } from '@jax-js/loaders';
import { describe, expect, it } from 'vitest';
import { csvSchema, parseCsv } from '../../src/datasets.js';
import {
  Adam,
  batchNorm,
  customLayer,
  dropout,
  LBFGS,
  linear,
  linearRegression,
  logisticRegression,
  memoryUsage,
  mlp,
  parameter,
  relu,
  sequential,
  softmaxRegression,
} from '../../src/index.js';
import { fromBytes, load, PlaceError, save, toBytes } from '../../src/io.js';
import { optimizers, variants } from '../optimizers.js';
import { bits } from '../train/byHand.js';
import { nestedModel, randomModel } from './randomModels.js';
import { describedIn } from './sealing.js';

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
const any = (value: unknown) => value as any;
describe('a model through bytes', () => {
  it('is the same to the bit: models of all layers', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { model, x } = randomModel(seed);
      const bytes = toBytes(model);
      for (const { type } of describedIn(bytes).layers) kinds.add(type);
      const { model: back } = fromBytes(bytes);
      expect(bits(back.predict(x))).toEqual(bits(model.predict(x)));
      expect(back.stateDict()).toEqual(model.stateDict());
      expect(back.summary()).toBe(model.summary());
      expect(toBytes(back)).toEqual(bytes);
      back.dispose();
      model.dispose();
    }
    expect([...kinds].sort()).toEqual(
      ['batchNorm', 'dropout', 'elu', 'embedding', 'gelu', 'layerNorm', 'leakyRelu', 'linear', 'normalization'].concat([
        'relu',
        'sequential',
        'sigmoid',
        'silu',
        'softplus',
        'tanh',
        'targetScaling',
      ]),
    );
  });

  it('trains on as it would have: dropout draws the same, statistics and frozen parameters stay', () => {
    const model = sequential(
      linear(2, 4, { seed: 1 }),
      batchNorm(4),
      dropout(0.5, { seed: 3 }),
      linear(4, 1, { seed: 2 }),
    );
    const x = new Float32Array([1, 2, 3, 4, 5, 7]);
    model.lossAndGrad('mse', x, [1, 2, 3]);
    model.parameters()[0]!.requiresGrad = false;
    const { model: back } = fromBytes(toBytes(model));
    expect(back.parameters().map(({ requiresGrad }) => requiresGrad)).toEqual([false, true, true, true, true, true]);
    for (let i = 0; i < 5; i++) {
      expect(back.lossAndGrad('mse', x, [1, 2, 3])).toBe(model.lossAndGrad('mse', x, [1, 2, 3]));
    }
    for (const one of [model, back]) one.dispose();
  });

  it('keeps models within models, and names of classes', () => {
    const model = nestedModel();
    model.classes = ['a', 'b'];
    const bytes = toBytes(model);
    expect(describedIn(bytes).layers.map(({ type }: { type: string }) => type)).toEqual([
      'normalization',
      'sequential',
    ]);
    const { model: back } = fromBytes(bytes);
    expect(Object.keys(back.stateDict())).toEqual(Object.keys(model.stateDict()));
    expect(back.stateDict()).toEqual(model.stateDict());
    expect([back.classes, back.loss]).toEqual([['a', 'b'], 'crossEntropy']);
    expect(toBytes(back)).toEqual(bytes);
    for (const one of [model, back]) one.dispose();
  });

  it.each([
    ['linearRegression', () => linearRegression({ inputs: 3, outputs: 2, seed: 1 })],
    ['logisticRegression', () => logisticRegression({ inputs: 3, seed: 1 })],
    ['softmaxRegression', () => softmaxRegression({ inputs: 3, classes: 4, seed: 1 })],
    [
      'mlp',
      () => mlp({ inputs: 3, hidden: [5, 4], outputs: 2, dropout: 0.2, loss: { huber: { delta: 0.5 } }, seed: 1 }),
    ],
    [
      'mlp with class weights',
      () =>
        mlp({
          ...{ inputs: 3, hidden: [], outputs: 2, seed: 1 },
          loss: { crossEntropy: { classWeights: new Float32Array([1, 2]), labelSmoothing: 0.1 } },
        }),
    ],
  ])('keeps the loss of %s', (_, make) => {
    const model = make();
    const { model: back } = fromBytes(toBytes(model));
    expect(back.loss).toEqual(model.loss);
    for (const one of [model, back]) one.dispose();
  });

  it.each(
    [...optimizers].flatMap(([name, Class]) =>
      variants(Class).map(([text, options]) => ({ name, text, Class, options })),
    ),
  )('goes on with $name $text to the bit', ({ name, Class, options }) => {
    const model = sequential(linear(3, 4, { seed: 1 }), relu(), linear(4, 1, { seed: 2 }));
    const x = new Float32Array([1, 0.5, -1, 2, 0.3, 0.7]);
    const optimizer = new Class(model.parameters(), options);
    const step = (of: typeof model, by: typeof optimizer) => {
      of.lossAndGrad('mse', x, [1, 2]);
      by.step();
    };
    for (let i = 0; i < 3; i++) step(model, optimizer);
    const loaded = fromBytes(toBytes(model, { optimizer }));
    expect(loaded.optimizer!.name).toBe(name);
    const again = new Class(loaded.model.parameters());
    again.loadStateDict(loaded.optimizer!.state);
    for (let i = 0; i < 10; i++) {
      step(model, optimizer);
      step(loaded.model, again);
    }
    expect(loaded.model.stateDict()).toEqual(model.stateDict());
    expect(again.stateDict()).toEqual(optimizer.stateDict());
    for (const one of [optimizer, again, model, loaded.model]) one.dispose();
  });

  it('goes on with LBFGS, whose state has float64', () => {
    const model = sequential(linear(2, 1, { seed: 1 }));
    const x = new Float32Array([1, 0.5, -1, 2, 0.3, 0.7]);
    const closure = (of: typeof model) => () => of.lossAndGrad('mse', x, [1, 2, 3]);
    const optimizer = new LBFGS(model.parameters(), { maxIter: 2 });
    optimizer.step(closure(model));
    const loaded = fromBytes(toBytes(model, { optimizer }));
    expect(loaded.optimizer!.name).toBe('LBFGS');
    const again = new LBFGS(loaded.model.parameters());
    again.loadStateDict(loaded.optimizer!.state);
    for (let i = 0; i < 3; i++) expect(again.step(closure(loaded.model))).toBe(optimizer.step(closure(model)));
    expect(loaded.model.stateDict()).toEqual(model.stateDict());
    for (const one of [model, loaded.model]) one.dispose();
  });

  it('brings schema and data of your own', () => {
    const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n3,red,20\n', { target: 'price' });
    const model = linearRegression({ inputs: 3, seed: 1 });
    const meta = {
      note: 'é𝄞',
      odd: [Infinity, -Infinity, Number.NaN, -0, 0.1, 10n ** 20n, true, null],
      arrays: { a: new Float64Array([1, -0]), 'a.b': new Int32Array([1]), b: { c: new Uint8Array(0) } },
      a: { b: new Int32Array([2]) },
      'a.b': new Int32Array([3]),
    };
    const loaded = fromBytes(toBytes(model, { schema: table, meta }));
    expect(loaded.meta).toEqual(meta);
    const row = { size: 2, color: 'red' };
    expect(csvSchema(loaded.schema!).transform(row)).toEqual(table.transform(row));
    expect(loaded.optimizer).toBeUndefined();
    for (const one of [model, loaded.model]) one.dispose();
  });

  it('takes a layer of your own from `layers`, by its name', () => {
    const scaled = (parameters: { scale: ReturnType<typeof parameter> }) =>
      customLayer({
        name: 'scaled',
        outputs: (inputs) => inputs,
        parameters,
        forward: (x) => x.map((value) => value * parameters.scale.data[0]!),
        backward: (dy) => dy,
      });
    const model = sequential(linear(1, 2, { seed: 1 }), scaled({ scale: parameter([3]) }));
    const bytes = toBytes(model);
    const infos: unknown[] = [];
    const layers = {
      scaled: (info: { shapes: Readonly<Record<string, readonly number[]>> }) => {
        infos.push(info);
        return scaled({ scale: parameter([0], info.shapes.scale) });
      },
    };
    const { model: back } = fromBytes(bytes, { layers });
    expect(infos).toEqual([{ key: '1', shapes: { scale: [1] } }]);
    expect(back.predict(new Float32Array([2]))).toEqual(model.predict(new Float32Array([2])));
    const used = memoryUsage();
    expect(() => fromBytes(bytes)).toThrow(
      new TypeError(
        'fromBytes: layers[1] is written in JavaScript, which no file holds: pass layers: { "scaled": () => the layer }',
      ),
    );
    expect(() => fromBytes(bytes, { layers: { scaled: () => any(1) } })).toThrow(
      'layers["scaled"] must return a layer, got 1',
    );
    expect(memoryUsage()).toBe(used);
    for (const one of [model, back]) one.dispose();
  });

  it('gives bytes that any reader of safetensors opens', () => {
    const model = sequential(linear(2, 3, { seed: 1 }));
    const optimizer = new Adam(model.parameters());
    model.lossAndGrad('mse', new Float32Array(2), [0, 0, 0]);
    optimizer.step();
    const { tensors } = safetensors.parse(toBytes(model, { optimizer }));
    expect(tensors['0.weight']).toEqual({ dtype: 'F32', shape: [3, 2], data: model.parameters()[0]!.data });
    expect(tensors['optimizer.state.0.exp_avg']!.data).toEqual(optimizer.stateDict().state[0]!.exp_avg);
    model.dispose();
  });
});

function memoryPlace() {
  let kept: Uint8Array | undefined;
  return {
    read: async () => kept,
    write: async (bytes: Uint8Array) => {
      kept = bytes;
    },
  };
}

describe('save and load', () => {
  it('bring a model into another process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'adamas-save-'));
    const path = join(folder, 'model.safetensors');
    const { model, x } = randomModel(5);
    await save(model, path);
    writeFileSync(
      join(folder, 'load.mts'),
      `import { load } from ${JSON.stringify(new URL('../../src/io.ts', import.meta.url).href)};
       const { model } = await load(${JSON.stringify(path)});
       console.log(JSON.stringify(Array.from(model.predict(new Float32Array(${JSON.stringify(Array.from(x))})))));`,
    );
    const printed = execFileSync(process.execPath, ['--import', 'tsx', join(folder, 'load.mts')], { encoding: 'utf8' });
    expect(Float32Array.from(JSON.parse(printed))).toEqual(model.predict(x));
    rmSync(folder, { recursive: true });
    model.dispose();
  });

  it('say where nothing is, and what is no place', async () => {
    await expect(load('/none/here')).rejects.toThrow(
      new PlaceError('load: there is nothing at /none/here: save a model there first'),
    );
    await expect(load(any(1))).rejects.toThrow('load: place must be a path, a file: URL or { read, write }, got 1');
    const model = sequential(linear(1, 1));
    await expect(save(model, any({}))).rejects.toThrow('save: place must be a path, a file: URL or { read, write }');
    model.dispose();
  });

  it("take a place of one's own", async () => {
    const place = memoryPlace();
    const model = sequential(linear(1, 1, { seed: 4 }));
    await save(model, place);
    const { model: back } = await load(place);
    expect(back.stateDict()).toEqual(model.stateDict());
    for (const one of [model, back]) one.dispose();
  });
});
