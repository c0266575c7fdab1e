// The pages of docs/contributing at their word: their files are written into a copy of the tree, which is built and used. A page that names a file
// that is not enough, or code that no longer compiles, fails here.
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'adamas-contributing-'));
const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: copy });

/** Writes the files of a page: blocks that begin with ```ts <path>, or ```ts <path> + for lines that an existing file gets. */
function follow(page: string): string[] {
  const text = readFileSync(join(root, 'docs/contributing', page), 'utf8');
  return Array.from(text.matchAll(/^```ts (\S+)( \+)?\n((?:.*\n)*?)```$/gm), ([, path, appended, code]) => {
    const file = join(copy, path!);
    expect(existsSync(file), path).toBe(appended !== undefined);
    if (appended) appendFileSync(file, `\n${code}`);
    else writeFileSync(file, code!);
    return path!;
  });
}

const PROGRAM = `
import { dataset, fitSync, linear, sequential, SignSGD, softsign } from './dist/index.js';
import { fit } from './dist/worker.js';
import { fromBytes, toBytes, toJavaScript, toONNX } from './dist/io.js';

const make = () => {
  const model = sequential(linear(2, 3, { seed: 1 }), softsign(), linear(3, 1, { seed: 2 }));
  return { model, optimizer: new SignSGD(model.parameters(), { lr: 0.01 }) };
};
const features = [[0, 0], [0, 1], [1, 0], [1, 1]];
const targets = [0, 1, 1, 2];

const one = sequential(linear(1, 1, { init: 'zeros', bias: true }), softsign());
const [weight] = one.parameters();
weight.set([1]);
const values = Array.from(one.predict(new Float32Array([-3, 0, 1])));

const { model, optimizer } = make();
model.lossAndGrad('mse', new Float32Array(features.flat()), targets);
const before = model.parameters().map((p) => p.data.slice());
const signs = model.parameters().map((p) => Array.from(p.grad, Math.sign));
optimizer.step();
const moved = model.parameters().map((p, k) => Array.from(p.data, (x, i) => x - Math.fround(before[k][i] - signs[k][i] * Math.fround(0.01))));

// The slope, by a difference of the loss.
const w = model.parameters()[0];
model.lossAndGrad('mse', new Float32Array(features.flat()), targets);
const slope = w.grad[1];
const at = w.data[1];
const lossAt = (x) => {
  w.data[1] = x;
  return model.lossAndGrad('mse', new Float32Array(features.flat()), targets);
};
const difference = (lossAt(at + 0.01) - lossAt(at - 0.01)) / 0.02;

const options = { loss: 'mse', epochs: 20, batchSize: 2, seed: 3 };
const [here, there] = [make(), make()];
const data = dataset(features, targets);
const { losses } = fitSync(here.model, data, { ...options, optimizer: here.optimizer });
await fit(there.model, data, { ...options, optimizer: there.optimizer });
const weights = ({ model }) => model.parameters().map((p) => Array.from(p.data));

const loaded = (await fromBytes(toBytes(one))).model;
const kept = Array.from(loaded.predict(new Float32Array([-3, 0, 1])));
const refusals = [toONNX, toJavaScript].map((translate) => {
  try {
    translate(one);
  } catch ({ message }) {
    return message;
  }
});

console.log(JSON.stringify({ kept, refusals, values, moved: moved.flat(), slope, difference, losses, here: weights(here), there: weights(there) }));
`;

beforeAll(() => {
  for (const path of [
    'assembly',
    'src',
    'scripts',
    'asconfig.json',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.distribute.json',
  ]) {
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: (from) => !from.endsWith('.generated.ts') });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

it('an activation and an optimizer, added as their pages say, are there in pages and workers', {
  timeout: 600_000,
}, async () => {
  expect(follow('activation.md')).toEqual(['assembly/nn/softsign.ts', 'src/nn/activations.ts', 'src/nn/index.ts']);
  expect(follow('optimizer.md')).toEqual(['assembly/optim/signSGD.ts', 'src/optim/signSGD.ts', 'src/optim/index.ts']);
  await run('scripts/build.mjs');
  writeFileSync(join(copy, 'program.mjs'), PROGRAM);
  const { stdout } = await run('program.mjs');
  const { kept, refusals, values, moved, slope, difference, losses, here, there } = JSON.parse(stdout);
  expect(values).toEqual([-0.75, 0, 0.5]);
  expect(kept).toEqual(values);
  expect(refusals).toEqual([
    'toONNX: softsign has no form in ONNX: add it to ONNX_LAYERS',
    'toJavaScript: softsign has no form in JavaScript: add it to FUNCTIONS',
  ]);
  expect(moved.every((x: number) => x === 0)).toBe(true);
  expect(slope).not.toBe(0);
  expect(Math.abs(difference - slope)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)));
  expect(losses.at(-1)).toBeLessThan(losses[0]);
  expect(there).toEqual(here);
});
