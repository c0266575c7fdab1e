// Models that are saved by a page, which then loads itself anew, and finds them there.
import { linear, relu, sequential } from 'adamas';
import { indexedDB, load, opfs, save } from 'adamas/io';
import { TableModel, trainTable } from 'adamas/tabular';

const places = () => ({ indexedDB: indexedDB('consumer'), opfs: opfs('consumer.safetensors') });
const tablePlace = () => indexedDB('consumer-table');
const x = new Float32Array([0.3, -1, 2, 0.1, 5, -0.7]);
const rows = Array.from({ length: 60 }, (_, i) => ({
  size: i,
  color: i % 3 ? 'red' : 'blue',
  price: 1000 * i + (i % 3),
}));
const bitsOf = (model) => new Uint32Array(model.predict(x).buffer).join(' ');

/** Saves and reloads at the first visit, for which it never settles; at the second it says which places gave the same predictions to the bit. */
export async function survivesReload() {
  const expected = localStorage.getItem('bits');
  if (expected === null) {
    const model = sequential(linear(3, 8, { seed: 1 }), relu(), linear(8, 2, { seed: 2 }));
    for (const place of Object.values(places())) await save(model, place);
    const table = await trainTable(rows, { target: 'price', epochs: 5 });
    await table.save(tablePlace());
    localStorage.setItem('prices', table.predict(rows).join(' '));
    localStorage.setItem('bits', bitsOf(model));
    location.reload();
    return new Promise(() => {});
  }
  const saved = {};
  for (const [name, place] of Object.entries(places())) saved[name] = bitsOf((await load(place)).model) === expected;
  const table = await TableModel.load(tablePlace());
  return { ...saved, table: table.predict(rows).join(' ') === localStorage.getItem('prices') };
}
