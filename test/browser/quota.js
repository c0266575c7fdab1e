// A page that saves a model which the browser's quota has no room for, in the place of one that it had.
import { linear, sequential } from './dist/index.js';
import { indexedDB, load, opfs, save } from './dist/io.js';
import { report } from './report.js';

const x = new Float32Array([0.3, -1]);
const bitsOf = (model) => new Uint32Array(model.predict(x).buffer).join(' ');

async function exceed(place) {
  const small = sequential(linear(2, 3, { seed: 1 }));
  await save(small, place);
  const large = sequential(linear(2, 2000, { seed: 1 }), linear(2000, 2000, { seed: 2 })); // 16 MB
  const error = await save(large, place).catch((error) => error);
  const whole = bitsOf((await load(place)).model) === bitsOf(small);
  await save(sequential(linear(2, 3, { seed: 2 })), place);
  return {
    kind: error?.name,
    cause: error?.cause?.name,
    message: String(error?.message),
    whole,
    usable: large.predict(x).every(Number.isFinite),
    savedAgain: bitsOf((await load(place)).model) !== bitsOf(small),
  };
}

async function run() {
  const { quota } = await navigator.storage.estimate();
  const places = {};
  for (const [name, place] of Object.entries({ indexedDB: indexedDB('kept'), opfs: opfs('kept') }))
    places[name] = await exceed(place);
  return { quota, places };
}

report(run());
