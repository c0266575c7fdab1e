// From the command line to a model and back, in processes of their own.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/datasets.js';
import { fromBytes } from '../../src/io.js';
import { TableModel, type TrainTableOptions, trainTable } from '../../src/tabular.js';
import { adamas, bytes, CARS, cars, folder, iris } from './command.js';

const carOptions: TrainTableOptions = {
  target: 'price',
  columns: { listed: 'date' },
  missing: { fuel: 'class', mileage: 'mean', power: 'mean' },
};

describe('train', () => {
  it('prints accuracy and confusions of classes, and says on standard error what it read and wrote', () => {
    const at = folder();
    const { status, stdout, stderr } = adamas(at, ['train', iris, '--target', 'species']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^species, 30 rows held out: accuracy (0\.9\d{3}|1\.0000)\n/);
    expect(stdout).toMatch(/\n +setosa +versicolor +virginica\nsetosa +10 +0 +0\n/);
    expect(stderr).toContain('150 rows, 4 features');
    expect(stderr).toMatch(/wrote model\.safetensors\n$/);
    expect(readdirSync(at)).toEqual(['model.safetensors']);
  });

  it('prints R2 and the error of a number in its own units, and writes all that it is asked for', () => {
    const at = folder();
    const files = ['--out', 'cars.st', '--onnx', 'cars.onnx', '--js', 'cars.mjs', '--plot', 'curve.svg'];
    const { status, stdout } = adamas(at, ['train', cars, '--target', 'price', ...CARS, '--model', 'linear', ...files]);
    expect(status).toBe(0);
    const [, r2, mae] = /^price, 48 rows held out: R2 (\S+), MAE (\S+)\n$/.exec(stdout)!;
    expect(Number(r2)).toBeGreaterThan(0.8);
    expect(Number(mae)).toBeLessThan(2500);
    expect(readdirSync(at).sort()).toEqual(['cars.mjs', 'cars.onnx', 'cars.st', 'curve.svg']);
    expect(readFileSync(join(at, 'curve.svg'), 'utf8')).toContain('<title>Loss of a linear model for price of');
  });

  it.each([
    ['linear', ['--model', 'linear', '--seed', '3'], { model: 'linear', seed: 3 }],
    [
      'a network',
      [
        '--hidden',
        '8,4',
        '--epochs',
        '12',
        '--optimizer',
        'adam',
        '--lr',
        '0.01',
        '--batch-size',
        '16',
        '--schedule',
        'linear',
        '--early-stopping',
        '5',
      ],
      {
        hidden: [8, 4],
        epochs: 12,
        optimizer: 'adam',
        lr: 0.01,
        batchSize: 16,
        schedule: 'linear',
        earlyStopping: { patience: 5 },
      },
    ],
  ] as const)('of %s writes the bytes that trainTable saves, each time', async (_, args, options) => {
    const at = folder();
    const line = ['train', cars, '--target', 'price', ...CARS, ...args];
    adamas(at, [...line, '--out', 'a']);
    adamas(at, [...line, '--out', 'b']);
    const model = await trainTable(cars, { ...carOptions, ...options } as TrainTableOptions);
    await model.save(join(at, 'c'));
    expect(bytes(at, 'a')).toBe(bytes(at, 'c'));
    expect(bytes(at, 'b')).toBe(bytes(at, 'c'));
  });

  it('reads standard input, compressed or not, as it reads the file', () => {
    const at = folder();
    const line = ['--target', 'species', '--model', 'linear'];
    adamas(at, ['train', iris, ...line, '--out', 'a']);
    adamas(at, ['train', '-', ...line, '--out', 'b'], readFileSync(iris));
    adamas(at, ['train', '-', ...line, '--out', 'c'], gzipSync(readFileSync(iris)));
    writeFileSync(join(at, 'iris.csv.gz'), gzipSync(readFileSync(iris)));
    adamas(at, ['train', 'iris.csv.gz', ...line, '--out', 'd']);
    for (const file of ['b', 'c', 'd']) expect(bytes(at, file), file).toBe(bytes(at, 'a'));
  });

  it('prints JSON alone on standard output', () => {
    const at = folder();
    const { stdout } = adamas(at, ['train', iris, '--target', 'species', '--model', 'linear', '--json']);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      target: 'species',
      rows: 150,
      classes: ['setosa', 'versicolor', 'virginica'],
      model: 'model.safetensors',
    });
    expect(result.scores.accuracy).toBeGreaterThan(0.9);
  });

  it('goes on from a checkpoint to the same bytes', () => {
    const at = folder();
    const line = ['train', iris, '--target', 'species', '--early-stopping', 'off'];
    const kept = ['--checkpoint', 'c', '--checkpoint-every', '1'];
    adamas(at, [...line, '--epochs', '20', '--out', 'a']);
    adamas(at, [...line, '--epochs', '20', ...kept, '--out', 'b']);
    const { status } = adamas(at, [...line, '--epochs', '20', '--resume', 'c', '--out', 'd']);
    expect(status).toBe(0);
    expect(bytes(at, 'b')).toBe(bytes(at, 'a'));
    expect(bytes(at, 'd')).toBe(bytes(at, 'a'));
    // It begins from the start if there is none yet.
    adamas(at, [...line, '--epochs', '20', '--resume', 'none', '--out', 'e']);
    expect(bytes(at, 'e')).toBe(bytes(at, 'a'));
  });
});

describe('predict', () => {
  it('in a new process gives the bits of the process that trained', async () => {
    const at = folder();
    const model = await trainTable(cars, { ...carOptions, epochs: 5 });
    await model.save(join(at, 'm'));
    const { status, stdout } = adamas(at, ['predict', 'm', cars]);
    expect(status).toBe(0);
    const [header, ...lines] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(header).toEqual(['listed', 'fuel', 'age', 'mileage', 'power', 'price', 'predicted price']);
    const rows = lines.map((fields) => Object.fromEntries(header!.map((name, i) => [name, fields[i]!])));
    expect(lines.map((fields) => Number(fields.at(-1)))).toEqual(model.predict(rows));
    expect(lines.map((fields) => fields.slice(0, -1).join(',')).join('\n')).toBe(
      readFileSync(cars, 'utf8').trimEnd().split('\n').slice(1).join('\n'),
    );
  });

  it('gives classes, their probabilities, and quotes what needs it', async () => {
    const at = folder();
    const rows = Array.from({ length: 60 }, (_, i) =>
      `${i},"say ""${i % 7}"", then",${i < 30 ? 'a,b' : 'c'}`.replace('a,b', '"a,b"'),
    );
    writeFileSync(join(at, 'data.csv'), `x,note,kind\n${rows.join('\n')}\n`);
    adamas(at, ['train', 'data.csv', '--target', 'kind', '--columns', 'note=category', '--model', 'linear']);
    const { stdout } = adamas(at, ['predict', 'model.safetensors', 'data.csv', '--proba', '--out', 'p.csv']);
    expect(stdout).toBe('');
    const table = parseCsv(readFileSync(join(at, 'p.csv'), 'utf8'), { target: 'kind', columns: { note: 'category' } });
    expect(table.rows).toBe(60);
    expect(table.features.filter((name) => name.startsWith('probability'))).toEqual([
      'probability of a,b',
      'probability of c',
    ]);
    expect(readFileSync(join(at, 'p.csv'), 'utf8').split('\n')[1]).toMatch(/^0,"say ""0"", then","a,b","a,b",0\.9/);
  });

  it('reads standard input without the target', async () => {
    const at = folder();
    adamas(at, ['train', iris, '--target', 'species', '--model', 'linear']);
    const { stdout } = adamas(
      at,
      ['predict', 'model.safetensors', '-'],
      'petal width,petal length,sepal width,sepal length\n0.2,1.4,3.5,5.1\n',
    );
    expect(stdout).toBe(
      'petal width,petal length,sepal width,sepal length,predicted species\n0.2,1.4,3.5,5.1,setosa\n',
    );
  });
});

it('evaluate gives the scores of TableModel.evaluate', async () => {
  const at = folder();
  adamas(at, ['train', iris, '--target', 'species', '--model', 'linear']);
  const { stdout } = adamas(at, ['evaluate', 'model.safetensors', iris, '--json', '--plot', 'c.svg']);
  const model = await TableModel.load(join(at, 'model.safetensors'));
  expect(JSON.parse(stdout)).toEqual(await model.evaluate(iris));
  expect(readFileSync(join(at, 'c.svg'), 'utf8')).toContain('iris.csv: accuracy 0.9');
});

it('convert writes what train writes', async () => {
  const at = folder();
  adamas(at, ['train', iris, '--target', 'species', '--model', 'linear', '--onnx', 'a.onnx', '--js', 'a.mjs']);
  expect(adamas(at, ['convert', 'model.safetensors', '--onnx', 'b.onnx', '--js', 'b.mjs']).status).toBe(0);
  expect(bytes(at, 'b.onnx')).toBe(bytes(at, 'a.onnx'));
  expect(bytes(at, 'b.mjs')).toBe(bytes(at, 'a.mjs'));
  const { predict } = await import(join(at, 'b.mjs'));
  const { model } = fromBytes(readFileSync(join(at, 'model.safetensors')));
  expect(Array.from(predict([5.1, 3.5, 1.4, 0.2]))).toHaveLength(model.outputs);
});

describe('inspect', () => {
  it('shows all columns and all problems, each with the option that fixes it; all together they do', () => {
    const at = folder();
    const { status, stdout } = adamas(at, ['inspect', cars, '--target', 'price']);
    expect(status).toBe(0);
    expect(stdout).toContain('240 rows, 6 columns');
    expect(stdout.match(/^problem: /gm)).toHaveLength(4);
    expect(stdout).toContain('\n  add --columns listed=date\n');
    const together = /^all together: (.*)$/m.exec(stdout)![1]!;
    expect(adamas(at, ['train', cars, '--target', 'price', '--model', 'linear', ...together.split(' ')]).status).toBe(
      0,
    );
  });

  it('prints JSON', () => {
    const { fix, columns } = JSON.parse(adamas(folder(), ['inspect', cars, '--json']).stdout);
    expect(fix.columns.listed).toBe('date');
    expect(columns).toHaveLength(6);
  });
});
