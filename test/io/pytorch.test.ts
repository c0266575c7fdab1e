// Weights and optimizers to PyTorch and back, where it is installed: Debian's python3-torch.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTraining } from '../../examples/pytorch/torchState.js';
import { linear, type Model, sequential, tanh } from '../../src/index.js';
import { readSafetensors, save, toONNX } from '../../src/io.js';
import { lacking } from '../lacking.js';
import { optimizers } from '../optimizers.js';
import { bits, noise } from '../train/byHand.js';
import { randomModel } from './randomModels.js';

const PYTHON = '/usr/bin/python3';
const has = (module: string) => spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const python = (script: string, ...args: string[]) =>
  execFileSync(PYTHON, [script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Those that PyTorch 1.13 has too. */
const NAMES: readonly string[] = [
  'SGD',
  'Adagrad',
  'RMSprop',
  'Adadelta',
  'Adam',
  'AdamW',
  'Adamax',
  'NAdam',
  'RAdam',
  'Rprop',
  'ASGD',
];

/** The NAdam of PyTorch 1.13 multiplies mu into the next product twice, which 2.0 mended: its step is another one. */
const steps = (name: string) => name !== 'NAdam';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-torch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = noise(3);
const numbers = (n: number) => Float32Array.from({ length: n }, random);
const x = numbers(12);
const make = () => sequential(linear(3, 5, { seed: 1 }), tanh(), linear(5, 2, { seed: 2 }));
const optionsOf = (name: string) => ({ lr: 0.01, ...(name === 'SGD' && { momentum: 0.9 }) });
const grads = make()
  .parameters()
  .map(({ size }) => numbers(size));

/** One step with these gradients. */
function step(model: Model, optimizer: { step(): void }, scale: number) {
  model.parameters().forEach((parameter, i) => {
    parameter.grad.set(grads[i]!.map((g) => g * scale));
  });
  optimizer.step();
}

/** Distance of the parameters from those of a file: equal bits, and the largest difference. */
function compare(model: Model, name: string) {
  const { tensors } = readSafetensors(readFileSync(join(folder, name)));
  const own = Object.entries(model.stateDict());
  const differing = own.flatMap(([key, { data }]) => {
    const other = bits(tensors[key]!.data);
    return bits(data).filter((word, i) => word !== other[i]);
  }).length;
  const off = Math.max(
    ...own.flatMap(([key, { data }]) =>
      Array.from(data, (value, i) => Math.abs(value - tensors[key]!.data[i]!) / Math.max(2 ** -8, Math.abs(value))),
    ),
  );
  return { differing, off, predictions: tensors.predictions!.data };
}

function expectClose(got: Float32Array, expected: Float32Array) {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected[i]!)));
  });
}

for (const module of ['torch', 'onnx']) {
  it.runIf(!has(module))(`${module} is there`, (context) =>
    lacking(context, `the tests with Debian's package python3-${module}`),
  );
}

describe.runIf(has('torch'))('PyTorch', () => {
  beforeAll(async () => {
    for (const name of NAMES) {
      const model = make();
      const optimizer = new (optimizers.get(name)!)(model.parameters(), optionsOf(name));
      for (let i = 0; i < 3; i++) step(model, optimizer, i + 1);
      await save(model, join(folder, `${name}.adamas`), { optimizer, meta: { x, grads } });
    }
    expect(python(here('torch_both_ways.py'), folder, ...NAMES)).toBe('done\n');
  }, 120_000);

  it.each(NAMES)('predicts and steps on from a file of ours: %s', (name) => {
    const model = make();
    const optimizer = new (optimizers.get(name)!)(model.parameters(), optionsOf(name));
    for (let i = 0; i < 3; i++) step(model, optimizer, i + 1);
    const before = model.predict(x);
    step(model, optimizer, 1);
    const { differing, off, predictions } = compare(model, `${name}.next`);
    expectClose(before, predictions);
    // Stock builds multiply and add in one rounding, here and there.
    if (steps(name)) expect(off, `${differing} of 32 differ`).toBeLessThan(2 ** -21);
  });

  it.each(NAMES)('is gone on with by us: %s', (name) => {
    const { model: weights, optimizer: state } = readTraining(readFileSync(join(folder, `${name}.torch`)));
    const model = make();
    model.loadStateDict(weights);
    const optimizer = new (optimizers.get(name)!)(model.parameters());
    optimizer.loadStateDict(state);
    const before = model.predict(x);
    step(model, optimizer, 1);
    const { differing, off, predictions } = compare(model, `${name}.expected`);
    expectClose(before, predictions);
    if (steps(name)) expect(off, `${differing} of 32 differ`).toBeLessThan(2 ** -21);
  });

  it('reads weights of models of all layers, to the bit', async () => {
    const { model } = randomModel(3);
    await save(model, join(folder, 'model'));
    const script = `import sys; sys.path.insert(0, sys.argv[1]); from adamas_file import read, write
tensors, metadata = read(sys.argv[2]); write(sys.argv[3], tensors, metadata)`;
    writeFileSync(join(folder, 'through.py'), script);
    python(join(folder, 'through.py'), here('../../examples/pytorch'), join(folder, 'model'), join(folder, 'copy'));
    expect(readSafetensors(readFileSync(join(folder, 'copy'))).tensors).toEqual(model.stateDict());
    model.dispose();
  });
});

describe.runIf(has('onnx'))('python3-onnx', () => {
  it('checks exported models fully, and infers a shape for every value', () => {
    const files = Array.from({ length: 40 }, (_, i) => {
      const { model } = randomModel(i);
      const file = join(folder, `${i}.onnx`);
      writeFileSync(file, toONNX(model));
      model.dispose();
      return file;
    });
    expect(python(here('check_onnx.py'), ...files)).toBe('40\n');
  }, 60_000);
});
