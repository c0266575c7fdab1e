// A model that is saved by a page, which then loads itself anew, and finds it there.
import { linear, relu, sequential } from 'adamas';
import { indexedDB, load, opfs, save } from 'adamas/io';

const places = () => ({ indexedDB: indexedDB('consumer'), opfs: opfs('consumer.safetensors') });
const x = new Float32Array([0.3, -1, 2, 0.1, 5, -0.7]);
const bitsOf = (model) => new Uint32Array(model.predict(x).buffer).join(' ');

/** Saves and reloads at the first visit, for which it never settles; at the second it says which places gave the same predictions to the bit. */
export async function survivesReload() {
  const expected = localStorage.getItem('bits');
  if (expected === null) {
    const model = sequential(linear(3, 8, { seed: 1 }), relu(), linear(8, 2, { seed: 2 }));
    for (const place of Object.values(places())) await save(model, place);
    localStorage.setItem('bits', bitsOf(model));
    location.reload();
    return new Promise(() => {});
  }
  const saved = {};
  for (const [name, place] of Object.entries(places())) saved[name] = bitsOf((await load(place)).model) === expected;
  return saved;
}
