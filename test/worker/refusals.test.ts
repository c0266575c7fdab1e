// Arguments that cannot go to a worker are refused by name before anything starts; wrong arguments are those of fit.
import { describe, expect, it } from 'vitest';
import {
  type CustomLoss,
  CyclicLR,
  customLayer,
  dataset,
  type FitOptions,
  fit as fitHere,
  LambdaLR,
  linear,
  type Model,
  OutOfMemoryError,
  parameter,
  SGD,
  StepLR,
  StochasticWeightAverage,
  sequential,
} from '../../src/index.js';
import { plainCopy } from '../../src/train/plainData.js';
import { fit, type WorkerFitOptions } from '../../src/worker.js';
import { adamSide, common, samples, snapshot } from './subjects.js';

const data = samples();
const side = adamSide();
const { model, optimizer } = side;

async function expectRefused(
  Kind: typeof TypeError,
  message: string,
  options: Partial<WorkerFitOptions> | undefined,
  of: Model = model,
): Promise<void> {
  const before = snapshot(side);
  let started = false;
  const worker = () => {
    started = true;
    throw new Error('It started');
  };
  const all = options && { ...common, optimizer, worker, ...options };
  await expect(fit(of, data, all as WorkerFitOptions)).rejects.toThrow(new Kind(message));
  expect(started).toBe(false);
  expect([model.busy, optimizer.busy]).toEqual([false, false]);
  expect(snapshot(side)).toEqual(before);
}

const mine: CustomLoss = () => 0;

class Derived extends SGD {}
class DerivedLR extends StepLR {}

describe('refuses by name', () => {
  it('a layer written in JavaScript', async () => {
    const layer = customLayer({ name: 'mine', outputs: (n) => n, forward: (x) => x, backward: (dy) => dy });
    const own = sequential(linear(4, 1), layer);
    await expectRefused(
      TypeError,
      "fit: model must be made of adamas' own layers to go to a worker, got mine, which is written in JavaScript",
      { optimizer: new SGD(own.parameters()) },
      own,
    );
  });

  it('a loss that is a function, even as the model has it', async () => {
    const message = 'fit: loss must be a name, or { name: options } to go to a worker, got a function';
    await expectRefused(TypeError, message, { loss: mine });
    const own = sequential(linear(4, 1));
    own.loss = mine;
    await expectRefused(TypeError, message, { loss: undefined as never, optimizer: new SGD(own.parameters()) }, own);
  });

  it('an optimizer of a class of your own', async () => {
    await expectRefused(
      TypeError,
      "fit: optimizer must be one of adamas' own classes to go to a worker, got a Derived",
      { optimizer: new Derived(model.parameters()) },
    );
  });

  it('an optimizer over arrays', async () => {
    await expectRefused(
      TypeError,
      'fit: optimizer must be made for parameters to go to a worker, got Float32Array(1)',
      { optimizer: new SGD([new Float32Array(1)]) },
    );
  });

  it.each<[string, FitOptions['scheduler'], string]>([
    ['with a function', new LambdaLR(optimizer, { lrLambda: () => 1 }), 'fit: scheduler.lrLambda must be plain data'],
    [
      'with a function among other options',
      new CyclicLR(optimizer, { baseLr: 0, maxLr: 1, scaleFn: () => 1 }),
      'fit: scheduler.scaleFn must be plain data',
    ],
  ])('a schedule %s', async (_, scheduler, message) => {
    await expectRefused(TypeError, `${message}, got a function`, { scheduler: scheduler! });
  });

  it('a schedule of your own, or of another optimizer', async () => {
    const own = { step() {}, stateDict: () => ({}), loadStateDict() {} };
    const start = "fit: scheduler must be one of adamas' own schedules to go to a worker, got";
    await expectRefused(TypeError, `${start} an object`, { scheduler: own });
    await expectRefused(TypeError, `${start} a DerivedLR`, { scheduler: new DerivedLR(optimizer, { stepSize: 1 }) });
    const other = new StepLR(new SGD([parameter([1])]), { stepSize: 1 });
    await expectRefused(
      RangeError,
      'fit: scheduler must be made for this optimizer, got one made for another optimizer',
      { scheduler: other },
    );
  });
});

it('refuses an average of a class of your own', async () => {
  class DerivedAverage extends StochasticWeightAverage {}
  await expectRefused(TypeError, "fit: average must be one of adamas' own to go to a worker, got a DerivedAverage", {
    average: new DerivedAverage(model.parameters()),
  });
});

describe('wrong arguments', () => {
  it('are those of fit', async () => {
    await expectRefused(RangeError, 'fit: batchSize must be a positive whole number, got 0', { batchSize: 0 });
    await expectRefused(TypeError, 'fit: model must be a model, got an object', {}, {} as Model);
    await expectRefused(TypeError, 'fit: options must be an object, got undefined', undefined);
    await expect(fit(model, data, { ...common, optimizer, nonsense: 1 } as never)).rejects.toThrow(
      /^fit: unknown option "nonsense"/,
    );
  });

  it('worker', async () => {
    const options = { ...common, optimizer };
    await expect(fit(model, data, { ...options, worker: 1 as never })).rejects.toThrow(
      new TypeError('fit: worker must be a function, got 1'),
    );
    await expect(fit(model, data, { ...options, worker: () => 1 as never })).rejects.toThrow(
      new TypeError('fit: worker must give a Worker, got 1'),
    );
    const failing = new Error('mine');
    const worker = () => {
      throw failing;
    };
    await expect(fit(model, data, { ...options, worker })).rejects.toBe(failing);
    expect([model.busy, optimizer.busy]).toEqual([false, false]);
  });
});

it('plain data is copied, views without the rest of their buffer', () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  const value = { a: [whole.subarray(1, 3)], b: { c: null, d: 1n, e: 'x', f: undefined } };
  const copied = plainCopy('it', value);
  expect(copied).toEqual(value);
  expect(copied.a[0]!.buffer.byteLength).toBe(8);
  expect(() => plainCopy('it', { a: [new Map()] })).toThrow(new TypeError('it.a[0] must be plain data, got a Map'));
});

it('an error of the worker keeps its class and message', async () => {
  // The hidden activations of so many rows are more than one block can hold.
  const rows = 20_000;
  const column = Array.from({ length: rows }, (_, i) => i / rows);
  const large = dataset(
    column.map((x) => [x]),
    column,
  );
  const sides = [1, 2].map(() => {
    const wide = sequential(linear(1, 16_384, { seed: 1 }), linear(16_384, 1, { seed: 2 }));
    return { model: wide, optimizer: new SGD(wide.parameters()) };
  });
  const before = sides.map(snapshot);
  const errors = await Promise.all(
    sides.map(({ model, optimizer }, i) =>
      (i === 0 ? fit : fitHere)(model, large, { loss: 'mse', optimizer, batchSize: rows }).catch((error) => error),
    ),
  );
  for (const error of errors) expect(error).toBeInstanceOf(OutOfMemoryError);
  expect(errors[0].bytesAsked).toBe(errors[1].bytesAsked);
  expect(errors[0].message).toMatch(/^Out of Wasm memory: \d+ bytes/);
  sides.forEach((side, i) => {
    side.model.loss = undefined;
    expect(snapshot(side)).toEqual(before[i]);
    side.optimizer.step();
  });
});
