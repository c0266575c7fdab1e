// Rows of numbers and targets in every form, at every call that takes them, to the bit; names of classes; arrays of another realm.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  dataset,
  linear,
  type Rows,
  sequential,
  softmaxRegression,
  type Targets,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { bits } from '../train/byHand.js';

const rows = [
  [1, -2, 3],
  [0, 5, 7],
];
const flat = rows.flat();
const there = (code: string) => runInNewContext(code);
const held = tensor([9, ...flat, 9]);

/** Views are made anew for each use, as memory may have grown since. */
const forms: readonly [string, () => Rows][] = [
  ['arrays of rows', () => rows],
  ['an array', () => flat],
  ...[Float32Array, Float64Array, Int8Array, Int16Array, Int32Array].map((Class): [string, () => Rows] => [
    Class.name,
    () => Class.from(flat),
  ]),
  ['rows in typed arrays', () => rows.map((row) => Float64Array.from(row))],
  ['a tensor', () => tensor(flat, [2, 3])],
  ['a tensor of numbers one after another', () => tensor(flat)],
  ["a view of a tensor's numbers", () => held.data.subarray(1, 7)],
  ['views as rows', () => [held.data.subarray(1, 4), held.data.subarray(4, 7)]],
  ['a Float32Array of another realm', () => there('Float32Array.of(1, -2, 3, 0, 5, 7)')],
  ['an Int16Array of another realm', () => there('Int16Array.of(1, -2, 3, 0, 5, 7)')],
  ['arrays of another realm', () => there('[[1, -2, 3], [0, 5, 7]]')],
];

describe('features', () => {
  const model = softmaxRegression({ inputs: 3, classes: 3, seed: 1 });
  const x = Float32Array.from(flat);
  it.each(forms)('%s', (_, make) => {
    expect(bits(model.predict(make()))).toEqual(bits(model.predict(x)));
    expect(bits(model.predictProba(make()))).toEqual(bits(model.predictProba(x)));
    expect(model.predictClass(make())).toEqual(model.predictClass(x));
    using y = model.forward(make());
    using trained = model.forward(make(), { training: true });
    expect([y.shape, bits(y.data), bits(trained.data)]).toEqual([
      [2, 3],
      bits(model.predict(x)),
      bits(model.predict(x)),
    ]);
    const loss = model.lossAndGrad('crossEntropy', make(), [0, 2]);
    const gradients = model.parameters().map(({ grad }) => bits(grad));
    expect(loss).toBe(model.lossAndGrad('crossEntropy', x, [0, 2]));
    expect(gradients).toEqual(model.parameters().map(({ grad }) => bits(grad)));
  });

  it('a dataset, and no rows', () => {
    using data = dataset(rows, [0, 2]);
    expect(model.predict(data)).toEqual(model.predict(rows));
    expect(model.predictClass(data)).toEqual(model.predictClass(rows));
    expect(model.predict([])).toEqual(new Float32Array(0));
    expect(model.predictClass(new Float32Array(0)).length).toBe(0);
  });

  it('out may be an array of another realm, or where the features are', () => {
    const out = there('new Float32Array(6)');
    expect(model.predict(x, out)).toBe(out);
    expect(bits(Float32Array.from(out as ArrayLike<number>))).toEqual(bits(model.predict(x)));
    using wide = sequential(linear(1, 4, { seed: 2 }));
    const n = 40_000; // several blocks
    const inPlace = Float32Array.from({ length: 4 * n }, (_, i) => Math.sin(i));
    const expected = wide.predict(inPlace.slice(0, n));
    expect(wide.predict(inPlace.subarray(0, n), inPlace)).toEqual(expected);
  });
});

describe('targets', () => {
  const classes: readonly [string, Targets][] = [
    ['indices', [0, 2]],
    ['Uint8Array', Uint8Array.of(0, 2)],
    ['Float64Array', Float64Array.of(0, 2)],
    ['a tensor', tensor([0, 2])],
    ['rows of one index', [[0], [2]]],
    [
      'one-hot rows',
      [
        [1, 0, 0],
        [0, 0, 1],
      ],
    ],
    ['one-hot rows in a tensor', tensor([1, 0, 0, 0, 0, 1], [2, 3])],
    ['one-hot rows one after another', Uint8Array.of(1, 0, 0, 0, 0, 1)],
    [
      'one-hot rows of booleans',
      [
        [true, false, false],
        [false, false, true],
      ],
    ],
    ['names', ['cat', 'eel']],
    ["a view of a tensor's numbers", tensor([0, 2])],
  ];
  const make = () => {
    const model = softmaxRegression({ inputs: 3, classes: 3, seed: 1 });
    model.classes = ['cat', 'dog', 'eel'];
    return model;
  };
  it.each(classes)('classes as %s', (name, given) => {
    using model = make();
    const y = name.startsWith('a view') ? (given as Tensor).data : given;
    const loss = model.lossAndGrad('crossEntropy', rows, y);
    const grad = bits(model.parameters()[0]!.grad);
    expect(loss).toBe(model.lossAndGrad('crossEntropy', rows, [0, 2]));
    expect(grad).toEqual(bits(model.parameters()[0]!.grad));
  });

  it('one-hot rows of a dataset are evaluated as their indices', () => {
    using model = make();
    using oneHot = dataset(rows, [
      [1, 0, 0],
      [0, 0, 1],
    ]);
    using indices = dataset(rows, [0, 2]);
    expect(model.evaluate(oneHot)).toEqual(model.evaluate(indices));
    expect(
      model
        .evaluate(oneHot)
        .confusion.flat()
        .reduce((a, b) => a + b),
    ).toBe(2);
  });

  it('booleans of yes and no, of one output and of several', () => {
    using one = sequential(linear(3, 1, { seed: 1 }));
    const loss = 'binaryCrossEntropy';
    expect(one.lossAndGrad(loss, rows, [true, false])).toBe(one.lossAndGrad(loss, rows, [1, 0]));
    using two = sequential(linear(3, 2, { seed: 1 }));
    const flags = [
      [true, false],
      [true, true],
    ];
    expect(two.lossAndGrad(loss, rows, flags)).toBe(two.lossAndGrad(loss, rows, [1, 0, 1, 1]));
  });

  it('names come back from predictClass', () => {
    using model = make();
    const indices = model.predictClass(rows);
    expect(model.predictClass(rows, { names: true })).toEqual(
      Array.from(indices, (index) => ['cat', 'dog', 'eel'][index]),
    );
    expect(() => model.lossAndGrad('crossEntropy', rows, ['cat', 'cow'])).toThrow(
      'lossAndGrad: y[1] must be one of the model\'s classes, cat, dog, eel, got "cow"',
    );
    model.classes = undefined;
    expect(() => model.predictClass(rows, { names: true })).toThrow('has no names of classes');
    using yesNo = sequential(linear(3, 1, { init: 'zeros' }));
    yesNo.classes = ['no', 'yes'];
    expect(yesNo.predictClass(rows, { names: true })).toEqual(['no', 'no']);
    expect(yesNo.lossAndGrad('binaryCrossEntropy', rows, ['no', 'yes'])).toBeCloseTo(Math.LN2);
  });
});
