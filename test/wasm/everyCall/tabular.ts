<<<<<<< HEAD
// Calls of `adamas/tabular`.
import { CsvSchema } from '../../../src/data/csv/schema.js';
import { table } from '../../../src/datasets.js';
import { LBFGS, linearRegression, type Model, softmaxRegression } from '../../../src/index.js';
import { toBytes } from '../../../src/io.js';
import { crossValidate, TableModel, trainTable } from '../../../src/tabular.js';
import { memoryPlace } from '../../tabular/tables.js';
import { type Calls, type Hold, makeData } from './table.js';

const objects = Array.from({ length: 12 }, (_, i) => ({ a: (7 * i) % 12, color: i % 2 ? 'red' : 'blue', y: 3 * i }));
const row = objects[0]!;

/** A model of the table, as it is before training. */
function untrained(hold: Hold, target = 'y'): TableModel {
  const { plan, columns, targets, rows, dropped, notes, data } = table(objects, { target });
  data.dispose();
  const schema = new CsvSchema(plan, columns, targets, { rows, dropped, notes });
  const inputs = schema.features.length;
  const make = () => (target === 'y' ? linearRegression({ inputs }) : softmaxRegression({ inputs, classes: 2 }));
  return new TableModel(hold(make() as Model), schema, { scores: undefined, heldOut: [], history: [] });
}

export const tabular: Calls = {
  trainTable: () => () => trainTable(objects, { target: 'y', hidden: [2], epochs: 2 }),
  'trainTable: linear': () => () => trainTable(objects, { target: 'color', model: 'linear', epochs: 2 }),
  crossValidate: (hold) => {
    const data = hold(makeData());
    return () =>
      crossValidate(
        data,
        2,
        (training) => linearRegression({ inputs: 3, normalize: training, scaleTargets: training, seed: 1 }),
        (model) => ({ optimizer: new LBFGS(model.parameters()), epochs: 1 }),
      );
  },
  'TableModel.predict': (hold) => {
    const one = untrained(hold);
    return () => one.predict(row);
  },
  'TableModel.predictProba': (hold) => {
    const one = untrained(hold, 'color');
    return () => one.predictProba([row]);
  },
  'TableModel.evaluate': (hold) => {
    const one = untrained(hold);
    return () => one.evaluate(objects);
  },
  'TableModel.save': (hold) => {
    const one = untrained(hold);
    return () => one.save(memoryPlace());
  },
  'TableModel.load': (hold) => {
    const { model, schema } = untrained(hold);
    const bytes = toBytes(model, { schema, meta: { table: {} } });
    return () => TableModel.load({ read: async () => bytes, write: async () => {} });
  },
  'TableModel.dispose': (hold) => {
    const one = untrained(hold);
    return () => one.dispose();
=======
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
>>>>>>> main
  },
};
