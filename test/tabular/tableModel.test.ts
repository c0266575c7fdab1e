// TableModel: in a file and back, in another process, and as ONNX and JavaScript.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { linear, memoryUsage, sequential } from '../../src/index.js';
import { load, readSafetensors, save, toJavaScript, toONNX } from '../../src/io.js';
import { TableModel, trainTable } from '../../src/tabular.js';
import { cars, iris, memoryPlace, temporaryFolder } from './tables.js';

const folder = temporaryFolder();

describe('the file of a TableModel', () => {
  it.each([
    ['price', 'linear'],
    ['price', 'mlp'],
    ['make', 'linear'],
    ['make', 'mlp'],
  ] as const)('brings predictions of %s by a %s model into another process, to the bit', async (target, model) => {
    const path = join(folder, `${target}-${model}.safetensors`);
    using trained = await trainTable(cars, { target, model, epochs: 5 });
    await trained.save(path);
    const program = join(folder, 'load.mts');
    writeFileSync(
      program,
      `import { TableModel } from ${JSON.stringify(new URL('../../src/tabular.ts', import.meta.url).href)};
       const model = await TableModel.load(${JSON.stringify(path)});
       const rows = ${JSON.stringify(cars.slice(0, 20))};
       console.log(JSON.stringify([model.predict(rows), model.classes ? model.predictProba(rows) : 0, model.scores]));`,
    );
    const printed = execFileSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' });
    const rows = cars.slice(0, 20);
    expect(JSON.parse(printed)).toEqual([
      trained.predict(rows),
      trained.classes ? trained.predictProba(rows) : 0,
      trained.scores,
    ]);
  });

  it('is the same in whatever order the options were written', async () => {
    const files: (Uint8Array | undefined)[] = [];
    const options = {
      target: 'price',
      model: 'linear',
      missing: 'drop',
      delimiter: ';',
      skip: 1,
      header: ['size', 'price'],
    };
    for (const entries of [Object.entries(options), Object.entries(options).reverse()]) {
      const place = memoryPlace();
      using trained = await trainTable(['\n1;10\n2;20\n3;31\n4;39\n5;50\n'], Object.fromEntries(entries) as never);
      await trained.save(place);
      files.push(await place.read());
    }
    expect(files[1]).toEqual(files[0]);
  });

  it('holds the columns with their kinds, classes and fills, the scaling, and the scores', async () => {
    const rows = cars.map((row, i) => (i % 9 === 0 ? { ...row, age: null } : row));
    const place = memoryPlace();
    using trained = await trainTable(rows, { target: 'price', model: 'linear', missing: { age: 'median' } });
    await trained.save(place);
    const { metadata, tensors } = readSafetensors((await place.read())!);
    const { layers, schema, meta } = JSON.parse(metadata.adamas!);
    expect(layers.map(({ type }: { type: string }) => type)).toEqual(['normalization', 'linear', 'targetScaling']);
    expect(schema.columns).toMatchObject([
      { name: 'power', kind: 'number' },
      { name: 'age', kind: 'number', missing: 34, median: expect.any(Number) },
      { name: 'make', kind: 'category', classes: ['fiat', 'opel', 'seat', 'volvo'] },
    ]);
    expect(meta.table.scores).toEqual(trained.scores);
    expect(tensors['2.mean']!.data[0]).toBeGreaterThan(10_000);
    using loaded = await TableModel.load(place);
    expect(loaded.predict({ power: 90, age: null, make: 'opel' })).toBe(
      trained.predict({ power: 90, age: null, make: 'opel' }),
    );
    expect(loaded.history).toEqual([]);
    expect(await loaded.evaluate(rows)).toEqual(await trained.evaluate(rows));
    expect((await load(place)).meta.table.scores).toEqual(trained.scores);
  });

  it('asks for the functions of columns that it cannot hold', async () => {
    const columns = { power: (text: string) => Number(text) / 100 };
    const place = memoryPlace();
    using trained = await trainTable(cars, { target: 'price', model: 'linear', columns });
    await trained.save(place);
    const before = memoryUsage();
    await expect(TableModel.load(place)).rejects.toThrow(
      `options.columns["power"] must be the reader that the table had, got none`,
    );
    expect(memoryUsage()).toBe(before);
    using loaded = await TableModel.load(place, { columns });
    expect(loaded.predict(cars[0]!)).toBe(trained.predict(cars[0]!));
  });

  it('is refused where it is of another model, or does not fit its schema', async () => {
    const place = memoryPlace();
    using other = sequential(linear(2, 1));
    await save(other, place);
    await expect(TableModel.load(place)).rejects.toThrow(
      'the file must be of a TableModel, got another model: use load of adamas/io',
    );
    using trained = await trainTable(cars, { target: 'price', model: 'linear' });
    await save(other, place, { schema: trained.schema, meta: { table: {} } });
    await expect(TableModel.load(place)).rejects.toThrow('the model must have 6 inputs and 1 outputs, got 2 and 1');
    await expect(TableModel.load(join(folder, 'nothing.safetensors'))).rejects.toThrow('there is nothing at');
    await expect(TableModel.load(place, { columms: {} } as never)).rejects.toThrow(
      'TableModel.load: unknown option "columms"',
    );
  });
});

describe('what it predicts', () => {
  it('is refused for rows that it cannot encode, by name and row', async () => {
    using one = await trainTable(cars, { target: 'price', model: 'linear' });
    const row = cars[0]!;
    expect(() => one.predict({ ...row, make: 'lada' })).toThrow(
      'expected one of "fiat", "opel", "seat", "volvo", got "lada"',
    );
    expect(() => one.predict([row, { ...row, power: 'strong' }])).toThrow('row 1');
    expect(() => one.predict({ age: 3 })).toThrow('the field is absent');
    expect(() => one.predict(undefined as never)).toThrow(TypeError);
    await expect(one.evaluate([{ ...row, price: 'much' }])).rejects.toThrow('row 0');
    await expect(one.evaluate([])).rejects.toThrow('at least one batch');
    await expect(one.evaluate([row], { signals: 1 } as never)).rejects.toThrow('evaluate: unknown option "signals"');
  });
});

describe('its exports', () => {
  const encoded = (model: TableModel) => model.schema.transform(cars.slice(0, 8));
  const onnx = async (bytes: Uint8Array, features: Float32Array, inputs: number) => {
    const session = await ort.InferenceSession.create(bytes);
    const { outputs } = await session.run({
      features: new ort.Tensor('float32', features, [features.length / inputs, inputs]),
    });
    return outputs!.data as Float32Array;
  };
  const module = (text: string) => import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);

  it('give the numbers in own units, after normalization and target scaling', async () => {
    using one = await trainTable(cars, { target: 'price', epochs: 5 });
    const expected = one.predict(cars.slice(0, 8)) as number[];
    const [x, inputs] = [encoded(one), one.model.inputs];
    const script = (await module(toJavaScript(one))).predict(x);
    const run = await onnx(toONNX(one), x, inputs);
    for (const [i, value] of expected.entries()) {
      for (const got of [script, run])
        expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    }
  });

  it('give probabilities on request, and name the classes', async () => {
    using one = await trainTable(iris(), { target: 'species', epochs: 5 });
    const rows = iris().filter((_, i) => i % 20 === 0);
    const expected = one.predictProba(rows).flat();
    const x = one.schema.transform(rows);
    const { predict, classes } = await module(toJavaScript(one, { probabilities: true }));
    expect(classes).toEqual(one.classes);
    const run = await onnx(toONNX(one, { probabilities: true }), x, 2);
    for (const [i, value] of expected.entries()) {
      expect(predict(x)[i]).toBeCloseTo(value, 5);
      expect(run[i]).toBeCloseTo(value, 5);
    }
    expect(new TextDecoder().decode(toONNX(one))).toContain('["setosa","versicolor","virginica"]');
  });
});
