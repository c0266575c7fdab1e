import { readFileSync } from 'node:fs';
import { type Counts, counts, reset } from './countCalls.js';
import { kernelSizes } from './kernelSizes.js';

/** Everything that is counted, by a name that says what of: the same on every machine. */
export type Measured = Readonly<Record<string, number>>;

const { Adam, dataset, fitSync, linear, relu, sequential, tensor } = await import('../adamas.mjs');
const { classesOf, rowsOf } = await import('../problem.mjs');

/** Counts of a call, once it has been made before. */
function of(call: () => void): Counts {
  call();
  reset();
  call();
  return { ...counts };
}

/** A network, its optimizer, and rows of four batches of 32. */
function parts() {
  const model = sequential(linear(64, 128, { seed: 1 }), relu(), linear(128, 10, { seed: 2 }));
  const x = tensor(rowsOf(128, 64), [128, 64]);
  return { model, optimizer: new Adam(model.parameters()), x, y: classesOf(128, 10) };
}

function steps(): Measured {
  const { model, optimizer, x, y } = parts();
  const pass = of(() => {
    model.lossAndGrad('crossEntropy', x, y);
  });
  const step = of(() => optimizer.step());
  const out = new Float32Array(10);
  const row = rowsOf(1, 64);
  const predict = of(() => {
    model.predict(row, out);
  });
  return {
    'lossAndGrad of an MLP 64-128-10: ops': pass.ops,
    'lossAndGrad of an MLP 64-128-10: calls into Wasm': pass.calls,
    'lossAndGrad of an MLP 64-128-10: bytes allocated': pass.bytes,
    'step of Adam on 4 parameters: ops': step.ops,
    'step of Adam on 4 parameters: calls into Wasm': step.calls,
    'step of Adam on 4 parameters: bytes allocated': step.bytes,
    'predict of one row: ops': predict.ops,
    'predict of one row: calls into Wasm': predict.calls,
    'predict of one row: bytes allocated': predict.bytes,
  };
}

/** A fit's, and what another 40 epochs of four steps add to it. */
function fits(): Measured {
  const { model, optimizer, x, y } = parts();
  const data = dataset(x, y);
  const fit = (epochs: number) =>
    of(() => {
      fitSync(model, data, { loss: 'crossEntropy', optimizer, epochs, batchSize: 32 });
    });
  const [short, long] = [fit(10), fit(50)];
  return {
    'fitSync of 10 epochs of 4 steps: calls into Wasm': short.calls,
    'fitSync of 10 epochs of 4 steps: bytes allocated': short.bytes,
    'each 40 epochs of 4 steps more: calls into Wasm': long.calls - short.calls,
    'each 40 epochs of 4 steps more: bytes allocated': long.bytes - short.bytes,
  };
}

function sizes(): Measured {
  const file = (name: string) => new Uint8Array(readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url)));
  const kernels = Object.entries(kernelSizes(file('testing')));
  return {
    'bytes of the shipped kernels': file('release').length,
    ...Object.fromEntries(kernels.map(([name, bytes]) => [`bytes of ${name}`, bytes])),
  };
}

export const measured: Measured = { ...steps(), ...fits(), ...sizes() };
