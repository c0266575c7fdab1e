// Calls of `adamas/tabular`, and the scaling of targets that it trains with.
import { Adam, linear, sequential, targetScaling } from '../../../src/index.js';
import { crossValidate, TableModel, trainTable } from '../../../src/tabular.js';
import { memoryPlace } from './others.js';
import { type Calls, makeData, type Prepare, plain } from './table.js';

const objects = Array.from({ length: 30 }, (_, i) => ({
  a: i % 7,
  kind: i % 3 === 0 ? 'x' : 'z',
  y: (i % 7) * 3 + (i % 3),
}));
const options = { target: 'y', model: 'linear', seed: 1 } as const;

/** A call of a model that was trained on the table before. */
const trainedBefore =
  (call: (model: TableModel) => unknown, target: 'y' | 'kind' = 'y'): Prepare =>
  async (hold) => {
    const model = hold(await trainTable(objects, { ...options, target }));
    return () => call(model);
  };

export const tabular: Calls = {
  ...plain({
    trainTable: () => trainTable(objects, options),
    'trainTable: mlp': () => trainTable(objects, { target: 'kind', model: 'mlp', epochs: 2, seed: 1 }),
  }),
  'TableModel.predict': trainedBefore((model) => model.predict([{ a: 1, kind: 'x' }])),
  'TableModel.predictProba': trainedBefore((model) => model.predictProba({ a: 1, y: 3 }), 'kind'),
  'TableModel.evaluate': trainedBefore((model) => model.evaluate(objects)),
  'TableModel.save': trainedBefore((model) => model.save(memoryPlace())),
  'TableModel.load': async (hold) => {
    const place = memoryPlace();
    await hold(await trainTable(objects, options)).save(place);
    return () => TableModel.load(place);
  },
  'TableModel.dispose': trainedBefore((model) => model.dispose()),
  targetScaling: (hold) => {
    const data = hold(makeData());
    const first = hold(sequential(linear(3, 1, { seed: 1 })));
    return () => {
      hold(sequential(first, targetScaling(data)));
    };
  },
  crossValidate: (hold) => {
    const data = hold(makeData());
    const make = () => sequential(linear(3, 1, { seed: 1 }));
    return async () => {
      await crossValidate(data, 3, make, (model) => ({ loss: 'mse', optimizer: new Adam(model.parameters()) }));
    };
  },
};
