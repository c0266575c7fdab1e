// Faults of a source or an option of trainTable are reported, and leave nothing behind.
import { expect, it } from 'vitest';
import type { CsvError } from '../../src/datasets.js';
import { linear, memoryUsage, sequential } from '../../src/index.js';
import { trainTable } from '../../src/tabular.js';
import { cars, csvOf } from './tables.js';

const refused = async (source: unknown, options: unknown): Promise<Error> => {
  const before = memoryUsage();
  const error = await trainTable(source as never, options as never).then(
    (one) => expect.fail(`trained to ${one.scores?.r2 ?? one.scores?.accuracy}`),
    (error: Error) => error,
  );
  expect(memoryUsage()).toBe(before);
  return error;
};
const rows = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ x: i, y: 2 * i, ...more }));
const many = Array.from({ length: 60 }, (_, i) => ({ id: `c${i}`, y: i }));

it.each<[name: string, source: unknown, options: unknown, message: string]>([
  ['no options', cars, undefined, 'trainTable: options must be an object, got undefined'],
  ['no target', cars, {}, 'trainTable: target must be the name of a column, or several, got undefined'],
  ['an unknown target', cars, { target: 'prise' }, '"price", got "prise"'],
  ['an unknown option', cars, { target: 'price', epoch: 3 }, 'trainTable: unknown option "epoch"'],
  ['no source', undefined, { target: 'y' }, 'source must be a path, a URL, a Blob'],
  ['a file that is not there', '/nowhere/at/all.csv', { target: 'y' }, '/nowhere/at/all.csv'],
  ['text in place of a path', 'x,y\n1,2\n', { target: 'y' }, 'must be a path, got text'],
  ['no rows', [], { target: 'y' }, 'there must be rows'],
  ['empty text', [''], { target: 'y' }, 'there must be rows'],
  ['one row', rows(1), { target: 'y' }, 'trainTable: source must have two rows at least, got 1'],
  ['too few rows to hold out', rows(2), { target: 'y' }, 'give a larger share, or 0 for no scores'],
  ['all values missing', rows(9, { z: null }), { target: 'y' }, "columns: { z: 'ignore' }"],
  ['a missing value', [...rows(9), { x: null, y: 1 }], { target: 'y' }, "missing: 'drop'"],
  ['a target that is missing', rows(9, { y: null }), { target: 'y' }, 'has no value'],
  ['one class', rows(9, { y: 'a' }), { target: 'y' }, 'one class'],
  ['no features', [{ y: 1 }, { y: 2 }, { y: 3 }], { target: 'y' }, 'a column besides the target'],
  ['identifiers', many, { target: 'y' }, 'id'],
  ['NaN', [...rows(9), { x: Number.NaN, y: 1 }], { target: 'y' }, 'missing'],
  ['text among numbers', [...rows(9), { x: 'many', y: 1 }], { target: 'y' }, 'many'],
  [
    'an unknown model',
    cars,
    { target: 'price', model: 'mpl' },
    'trainTable: model must be one of linear, mlp, got "mpl"',
  ],
  [
    'an optimizer for a linear model',
    cars,
    { target: 'price', model: 'linear', optimizer: 'adam' },
    "trainTable: optimizer must be left out with model: 'linear', which is solved over all rows",
  ],
  [
    'early stopping for a linear model',
    cars,
    { target: 'price', model: 'linear', earlyStopping: { patience: 3 } },
    'trainTable: earlyStopping must be left out',
  ],
  ['an unknown optimizer', cars, { target: 'price', optimizer: 'adm' }, "did you mean 'adam'?"],
  ['an unknown schedule', cars, { target: 'price', schedule: 'cosin' }, "did you mean 'cosine'?"],
  ['wrong widths', cars, { target: 'price', hidden: [0] }, 'hidden[0] must be a positive whole number'],
  [
    'widths beside a model',
    cars,
    { target: 'price', hidden: [3], model: sequential(linear(3, 1)) },
    'trainTable: hidden must be left out with model: a model',
  ],
  [
    'a model of other inputs',
    cars,
    { target: 'price', model: sequential(linear(3, 1)) },
    'inputs, one per feature of the table, got 3',
  ],
  [
    'a model of other outputs',
    cars,
    { target: 'price', model: sequential(linear(6, 2)) },
    'trainTable: model must have 1 outputs, one per target of the table, got 2',
  ],
  ['a wrong share', cars, { target: 'price', holdOut: 1 }, 'trainTable: holdOut must be in [0, 1), got 1'],
  [
    'a wrong rate',
    cars,
    { target: 'price', lr: Number.NaN },
    'trainTable: lr must be a finite number above 0, got NaN',
  ],
  ['divergence', cars, { target: 'price', lr: 1e30, optimizer: 'sgd' }, 'trainTable: the training diverged'],
  ['no function', cars, { target: 'price', fit: 3 }, 'trainTable: fit must be a function, got 3'],
])('%s', async (_, source, options, message) => {
  expect((await refused(source, options)).message).toContain(message);
});

it('with the options that read the table', async () => {
  const error = (await refused([csvOf(cars).replace(/^50,/m, '50 hp,')], { target: 'price' })) as CsvError;
  expect(error.name).toBe('CsvError');
  expect(error.columns).toBeDefined();
});
