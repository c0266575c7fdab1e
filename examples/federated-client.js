// The clients of examples/federated.ts: each trains on the noise that was measured at its own frequencies.
import { dataset, fit, SGD } from 'adamas';
import { airfoil } from 'adamas/datasets';
import { fromBytes, toBytes } from 'adamas/io';

/** Rows of the airfoil data in the order of their frequency, the first feature; equal ones by their target. */
const rows = () => {
  const { features, targets } = airfoil();
  const all = Array.from(targets.data, (y, i) => ({ x: [...features.data.subarray(5 * i, 5 * i + 5)], y }));
  return all.sort((a, b) => a.x[0] - b.x[0] || a.y - b.y);
};

/** @type {import('adamas/distribute').ClientJob} */
export default async ({ model: bytes, params, seed }) => {
  const { part, parts, lr } = params;
  const all = rows();
  const own = all.slice((part * all.length) / parts, ((part + 1) * all.length) / parts);
  const { model } = fromBytes(bytes);
  const data = dataset(
    own.map(({ x }) => x),
    own.map(({ y }) => y),
  );
  await fit(model, data, { loss: 'mse', optimizer: new SGD(model.parameters(), { lr }), batchSize: 32, seed });
  return { model: toBytes(model), samples: own.length };
};
