// Events within a pass over a model: memory grows, the model predicts; nothing that the pass uses is freed, no second one trains.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  BusyError,
  batchNorm,
  type CustomLoss,
  customLayer,
  dataset,
  dropout,
  fit,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  partialFit,
  SGD,
  sequential,
  tensor,
  UseAfterDisposeError,
  zeros,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { detachViews } from '../setup/memory.js';
import { bits } from '../train/byHand.js';
import { batch, customMse, gradBits } from './customParts.js';

/** A layer that gives its input, and runs `within` in its forward or backward pass. */
const passing = (within: (pass: 'forward' | 'backward') => void) =>
  customLayer({
    name: 'passing',
    outputs: (n) => n,
    forward(x, y) {
      within('forward');
      y.set(x);
    },
    backward(dy, dx, { x, y }) {
      within('backward');
      expect([x.length, y.length]).toEqual([dy.length, dy.length]);
      dx.set(dy);
    },
  });

const x = batch(12, 1);
const y = batch(6, 2);
const plain = () => sequential(linear(2, 3, { seed: 1 }), linear(3, 1, { seed: 2 }));

/** A model with `within` in its middle, a loss that runs it too, and every call that runs the model. */
function hosted(within: (model: Model, place: string) => void) {
  let model: Model;
  const layer = passing((pass) => within(model, pass));
  model = sequential(linear(2, 3, { seed: 1 }), layer, linear(3, 1, { seed: 2 }));
  const loss: CustomLoss = (...args) => {
    within(model, 'loss');
    return customMse(...args);
  };
  return { model, loss };
}
const calls: readonly [string, (model: Model, loss: CustomLoss) => unknown][] = [
  ['predict', (model) => model.predict(x)],
  ['predictProba', (model) => model.predictProba(x)],
  ['predictClass', (model) => model.predictClass(x)],
  ['forward', (model) => model.forward(x).data.slice()],
  ['forward in training mode', (model) => model.forward(x, { training: true }).data.slice()],
  ['lossAndGrad', (model, loss) => [model.lossAndGrad(loss, x, y), gradBits(model)]],
  ['lossAndGrad of a named loss', (model) => [model.lossAndGrad('mse', x, y), gradBits(model)]],
  ['evaluate', (model, loss) => model.evaluate(dataset(tensor(x, [6, 2]), tensor(y)), { loss })],
  ['evaluate by a named loss', (model) => model.evaluate(dataset(tensor(x, [6, 2]), tensor(y)), { loss: 'mse' })],
];

describe.each(calls)('%s', (_, call) => {
  const expected = call(plain(), customMse);

  it('goes on where memory grows within', () => {
    const { model, loss } = hosted(detachViews);
    expect(call(model, loss)).toEqual(expected);
    expect(call(model, loss)).toEqual(expected);
  });

  it('goes on where the model predicts and evaluates other rows within, in buffers of their own', () => {
    let depth = 0;
    const other = batch(400, 3);
    using data = dataset(tensor(other, [200, 2]), tensor(batch(200, 4)));
    const reference = plain();
    const { model, loss } = hosted((model) => {
      if (depth > 0) return;
      depth++;
      expect(bits(model.predict(other))).toEqual(bits(reference.predict(other)));
      expect(model.evaluate(data, { loss: 'mse' })).toEqual(reference.evaluate(data, { loss: 'mse' }));
      expect(bits(model.forward(other).data)).toEqual(bits(reference.predict(other)));
      depth--;
    });
    expect(call(model, loss)).toEqual(expected);
  });

  it('refuses to dispose what it uses, and to load a state: BusyError, and the model stays usable', () => {
    const inner = sequential(linear(3, 1, { seed: 2 }), dropout(0.5));
    const attempts: readonly [string, (model: Model) => void][] = [
      ['the model', (model) => model.dispose()],
      ['a parameter', (model) => model.parameters()[1]!.dispose()],
      ['a model that shares a layer', () => inner.dispose()],
      ['a state', (model) => model.loadStateDict(model.stateDict())],
      ['a state of a model that shares a layer', () => inner.loadStateDict(inner.stateDict())],
    ];
    for (const [name, attempt] of attempts) {
      let armed = true;
      let model: Model;
      const layer = passing(() => armed && attempt(model));
      model = sequential(linear(2, 3, { seed: 1 }), layer, inner);
      const error = (() => {
        try {
          return call(model, customMse);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error, name).toBeInstanceOf(BusyError);
      armed = false;
      expect(model.predict(x), name).toEqual(plain().predict(x));
      expect(model.lossAndGrad('mse', x, y), name).toBeTypeOf('number');
    }
    inner.dispose();
  });

  it('refuses to dispose a model without parameters too', () => {
    let armed = true;
    let model: Model;
    const layer = customLayer({
      inputs: 2,
      outputs: () => 1,
      forward: () => {
        if (armed) model.dispose();
      },
      backward: () => {},
    });
    model = sequential(layer);
    expect(() => call(model, customMse)).toThrow(BusyError);
    armed = false;
    expect(model.predict(x)).toEqual(new Float32Array(6));
  });

  it('keeps a tensor of features or targets until it ends', () => {
    for (const pick of [0, 1]) {
      using features = tensor(x, [6, 2]);
      using targets = tensor(y);
      using data = dataset(features, targets);
      const one = [features, targets][pick]!;
      const { model, loss } = hosted(() => one.dispose());
      expect(() => model.lossAndGrad(loss, features, targets)).toThrow(BusyError);
      expect(() => model.evaluate(data, { loss })).toThrow(BusyError);
      if (pick === 0) expect(() => model.predict(features)).toThrow(BusyError);
      if (pick === 0) expect(() => model.forward(features)).toThrow(BusyError);
      expect(one.disposed).toBe(false);
      const whole = hosted(() => data.dispose());
      expect(() => whole.model.evaluate(data, { loss: whole.loss })).toThrow(BusyError);
      expect(data.disposed).toBe(false);
    }
  });
});

describe('a second pass of training within the first', () => {
  const second: readonly ((model: Model) => unknown)[] = [
    (model) => model.lossAndGrad('mse', [[100, 1]], [5]),
    (model) => model.forward([[100, 1]], { training: true }),
  ];
  it.each(second)('is refused: BusyError, %#', (train) => {
    for (const at of ['forward', 'backward', 'loss']) {
      let armed = true;
      const { model, loss } = hosted((model, place) => {
        if (armed && place === at) train(model);
      });
      expect(() => model.lossAndGrad(loss, x, y)).toThrow('The model is busy');
      armed = false;
      const reference = plain();
      expect(model.lossAndGrad(loss, x, y)).toBe(reference.lossAndGrad(customMse, x, y));
      expect(gradBits(model)).toEqual(gradBits(reference));
    }
  });

  it('is named in the error', () => {
    const { model } = hosted((model, place) => {
      if (place === 'backward') model.lossAndGrad('mse', [[1, 1]], [5]);
    });
    expect(() => model.lossAndGrad('mse', x, y)).toThrow(
      'The model is busy: lossAndGrad must wait until the lossAndGrad that is running on it has ended',
    );
  });

  it('is fine within a prediction', () => {
    let depth = 0;
    const { model } = hosted((model) => {
      if (depth++ === 0) model.lossAndGrad('mse', x, y);
    });
    expect(model.predict(x)).toEqual(plain().predict(x));
  });
});

describe('layers in two models', () => {
  const data = dataset([[1, 2], [3, 4]], [1, 2]); // biome-ignore format: one line
  const trainings: readonly [string, (model: Model, optimizer: SGD) => unknown][] = [
    ['lossAndGrad', (model) => model.lossAndGrad('mse', x, y)],
    ['forward', (model) => model.forward(x, { training: true })],
    ['fitSync', (model, optimizer) => fitSync(model, data, { loss: 'mse', optimizer })],
    ['fit', (model, optimizer) => fit(model, data, { loss: 'mse', optimizer })],
    ['partialFit', (model, optimizer) => partialFit(model, [data], { loss: 'mse', optimizer })],
    ['fit of the worker', (model, optimizer) => workerFit(model, data, { loss: 'mse', optimizer })],
  ];

  it.each(trainings)('no pass trains one, by %s, while a pass trains the other', async (_, train) => {
    const shared = linear(2, 3, { seed: 1 });
    const second = sequential(shared, linear(3, 1, { seed: 3 }));
    const optimizer = new SGD(second.parameters(), { lr: 0.1 });
    const state = () => [second.stateDict(), gradBits(second), optimizer.stateDict(), second.loss];
    let attempts: unknown[] = [];
    const attempt = () => {
      const before = structuredClone(state());
      const outcome = (async () => train(second, optimizer))();
      attempts.push(outcome.catch((error) => error));
      expect(state()).toEqual(before);
    };
    const first = sequential(shared, passing(attempt), linear(3, 1, { seed: 2 }));
    const own = new SGD(first.parameters(), { lr: 0.1 });
    const within: readonly (() => unknown)[] = [
      () => first.lossAndGrad('mse', x, y),
      () => first.forward(x, { training: true }),
      () => fitSync(first, data, { loss: 'mse', optimizer: own }),
      () => fit(first, data, { loss: 'mse', optimizer: own, onEpoch: attempt }),
      () => {
        const alone = sequential(shared);
        const only = new SGD(alone.parameters());
        return workerFit(alone, dataset([[1, 2]], [[1, 2, 3]]), { loss: 'mse', optimizer: only, onEpoch: attempt });
      },
    ];
    for (const run of within) {
      attempts = [];
      await run();
      expect(attempts.length).toBeGreaterThan(0);
      for (const error of await Promise.all(attempts)) expect(error, String(run)).toBeInstanceOf(BusyError);
    }
    await train(second, optimizer);
  });
  it.each([
    ['dropout', () => dropout(0.5, { seed: 2 })],
    ['batchNorm', () => batchNorm(2)],
    ['linear', () => linear(2, 2)],
  ] as const)('%s: once one is disposed, the other refuses, and writes to nothing that is freed', (_, make) => {
    const before = memoryUsage();
    const shared = make();
    const first = sequential(linear(2, 2), shared);
    const second = sequential(linear(2, 2), shared);
    second.lossAndGrad('mse', new Float32Array(4), new Float32Array(4));
    const out = new Float32Array(2);
    // The second one looks at nothing but the number of disposals.
    for (let i = 0; i < 2; i++) second.predict(new Float32Array(2), out);
    first.dispose();
    using fresh = zeros([2]);
    for (const call of [
      () => second.lossAndGrad('mse', new Float32Array(4), new Float32Array(4)),
      () => second.predict(new Float32Array(2), out),
      () => second.predict(new Float32Array(2)),
      () => second.forward(new Float32Array(4), { training: true }),
      () => second.evaluate(dataset([[1, 2]], [[1, 2]]), { loss: 'mse' }),
    ]) {
      expect(call).toThrow(UseAfterDisposeError);
    }
    expect(fresh.data).toEqual(new Float32Array(2));
    second.dispose();
    expect(memoryUsage() - before).toBeLessThan(100); // the datasets above, and `fresh`
  });
});

it('a model whose custom layer or loss knows it is collected with its memory', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const make = () => {
    const { model, loss } = hosted((model) => void model);
    model.predict(x);
    model.lossAndGrad(loss, x, y);
    model.loss = loss;
    model.evaluate(dataset(tensor(x, [6, 2]), tensor(y)));
    sequential(
      linear(2, 500),
      passing(() => void model),
    ).predict(batch(128, 1));
  };
  const before = memoryUsage();
  for (let i = 0; i < 20; i++) make();
  expect(memoryUsage() - before).toBeGreaterThan(100_000);
  for (let i = 0; i < 100 && memoryUsage() > before; i++) {
    gc();
    await new Promise((done) => setTimeout(done, 10));
  }
  expect(memoryUsage() - before).toBeLessThan(10_000);
});
