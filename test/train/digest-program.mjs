// Trains the chapter's model with seeds and prints the SHA-256 of the final bytes: parameters, optimizer state, losses. Runs from the
// built dist in any Node. Each field goes in with its name and length, numbers as little-endian float64, arrays as they are.
import { createHash } from 'node:crypto';
import { airfoil } from '../../dist/datasets.js';
import { Adam, fitSync, linear, sequential } from '../../dist/index.js';

const hash = createHash('sha256');

/** @param {string} name @param {Float32Array | Float64Array} values */
function add(name, values) {
  hash.update(`${name} ${values.length}\n`);
  hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

const data = airfoil();
const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const { status, losses, steps } = fitSync(model, data, {
  loss: 'halfSquaredError',
  optimizer,
  epochs: 3,
  batchSize: 10,
  logEvery: 100,
  seed: 1,
});
if (status !== 'completed') throw new Error(`The fit ended as ${status}`);
model.parameters().forEach(({ data: values }, i) => {
  add(`parameter ${i}`, values.slice());
});
for (const [i, entry] of Object.entries(optimizer.stateDict().state)) {
  for (const [name, value] of Object.entries(entry)) {
    add(`state ${i} ${name}`, typeof value === 'number' ? Float64Array.of(value) : value);
  }
}
add('losses', Float64Array.from(losses));
add('steps', Float64Array.of(steps));
console.log(`${process.version} ${hash.digest('hex')}`);
