// Parts that do not belong together are refused before anything happens; parts that a running fit uses cannot be disposed.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  BusyError,
  batchNorm,
  dataset,
  ExponentialMovingAverage,
  fit,
  fitSync,
  linear,
  type Model,
  type Parameter,
  parameter,
  partialFit,
  ReduceLROnPlateau,
  SGD,
  StepLR,
  sequential,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { bits, parameterBits } from './byHand.js';

const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]);
const make = (seed = 1) => sequential(linear(1, 3, { seed }), linear(3, 1, { seed }));

describe.each([
  ['fit', fit],
  ['fitSync', async (...args: Parameters<typeof fitSync>) => fitSync(...args)],
  ['fit of the worker', workerFit],
  ['partialFit', async (model: Model, one: typeof data, options: never) => partialFit(model, [one], options)],
] as const)('%s', (_, train) => {
  const run = train as (model: Model, one: typeof data, options: object) => Promise<unknown>;

  it('refuses an optimizer with a parameter of another model, or none of this one', async () => {
    using model = make();
    using other = make(2);
    const loose = parameter([1]);
    for (const params of [other.parameters(), [...model.parameters(), other.parameters()[3]!], [loose]]) {
      using optimizer = new SGD(params, { lr: 0.1 });
      for (const p of other.parameters()) p.grad.fill(1);
      const before = [parameterBits(model), parameterBits(other)];
      const running = run(model, data, { loss: 'mse', optimizer });
      await expect(running).rejects.toThrow(RangeError);
      await expect(running).rejects.toThrow('optimizer must be made of parameters of this model');
      expect([parameterBits(model), parameterBits(other)]).toEqual(before);
      expect(optimizer.stateDict().state).toEqual({});
      expect(model.loss).toBeUndefined();
    }
  });

  it('takes a subset, and loose parameters', async () => {
    using model = make();
    const loose = parameter([1]);
    using optimizer = new SGD([model.parameters()[0]!, loose], { lr: 0.1 });
    const before = parameterBits(model);
    expect(await run(model, data, { loss: 'mse', optimizer })).toMatchObject({ status: 'completed' });
    expect(parameterBits(model)).not.toEqual(before);
  });

  it('refuses a schedule of another optimizer, and an average of another model', async () => {
    using model = make();
    using other = make(2);
    using optimizer = new SGD(model.parameters(), { lr: 0.1 });
    using second = new SGD(other.parameters(), { lr: 0.1 });
    const before = parameterBits(model);
    const scheduler = new StepLR(second, { stepSize: 1 });
    await expect(run(model, data, { loss: 'mse', optimizer, scheduler })).rejects.toThrow(RangeError);
    using average = new ExponentialMovingAverage(other.parameters());
    await expect(run(model, data, { loss: 'mse', optimizer, average })).rejects.toThrow(RangeError);
    expect(parameterBits(model)).toEqual(before);
    expect(average.count).toBe(0);
    expect([optimizer, second].map(({ paramGroups }) => paramGroups[0]!.lr)).toEqual([0.1, 0.1]);
  });
});

it('a schedule that goes by a metric is refused where there is none, by the name of the option', async () => {
  using model = make();
  using optimizer = new SGD(model.parameters());
  const scheduler = new ReduceLROnPlateau(optimizer);
  const options = { loss: 'mse', optimizer, scheduler } as const;
  expect(() => fitSync(model, data, { ...options, scheduleEvery: 'step' })).toThrow(/scheduleEvery: 'step'/);
  await expect(partialFit(model, [data], options)).rejects.toThrow(/partialFit has no metric/);
  expect(fitSync(model, data, options).status).toBe('completed');
});

describe('while a fit runs, nothing that it uses can be disposed', () => {
  const parts: [string, (one: Used) => { dispose(): void }][] = [
    ['a parameter that only the optimizer has', ({ loose }) => loose],
    ['a parameter of the model', ({ model }) => model.parameters()[0]!],
    ['a buffer of the model', ({ model }) => Object.values(model.layers[1]!.buffers!)[0]!],
    ['the dataset', ({ own }) => own],
    ['its features', ({ own }) => own.features],
    ['the validation data', ({ held }) => held],
    ['the validation targets', ({ held }) => held.targets],
    ['the average', ({ average }) => average],
    ['the optimizer', ({ optimizer }) => optimizer],
    ['the model', ({ model }) => model],
  ];
  interface Used {
    readonly model: Model;
    readonly optimizer: Adam;
    readonly loose: Parameter;
    readonly own: typeof data;
    readonly held: typeof data;
    readonly average: ExponentialMovingAverage;
  }
  const used = (): Used => {
    const model = sequential(linear(1, 3, { seed: 1 }), batchNorm(3), linear(3, 1, { seed: 2 }));
    const loose = parameter(new Float32Array(8).fill(1));
    loose.grad.fill(1);
    const [own, held] = [1, 2].map(() => dataset([[0], [1], [2], [3]], [1, 3, 5, 7])) as [typeof data, typeof data];
    const optimizer = new Adam([...model.parameters(), loose], { lr: 0.1 });
    return { model, optimizer, loose, own, held, average: new ExponentialMovingAverage(model.parameters()) };
  };

  it.each(parts)('%s', async (_, part) => {
    for (const train of [fit, fitSync]) {
      const one = used();
      let tried = 0;
      const loss = (prediction: Float32Array, _target: Float32Array, gradient: Float32Array | null) => {
        expect(() => part(one).dispose()).toThrow(BusyError);
        tried++;
        gradient?.fill(0.1);
        return prediction[0]!;
      };
      const onEpoch = () => {
        expect(() => part(one).dispose()).toThrow(BusyError);
        tried++;
      };
      const { optimizer, average, held } = one;
      const more = { optimizer, average, validation: held, logEvery: 4, onEpoch };
      const { status } = await train(one.model, one.own, { loss, ...more });
      expect(status).toBe('completed');
      expect(tried).toBeGreaterThan(3);
      part(one).dispose();
    }
  });

  it('and in partialFit', async () => {
    const { model, optimizer, loose, own, average } = used();
    let tried = 0;
    const onProgress = () => {
      for (const part of [loose, model.parameters()[0]!, average, optimizer, model]) {
        expect(() => part.dispose()).toThrow(BusyError);
        tried++;
      }
    };
    await partialFit(model, [own, own], { loss: 'mse', optimizer, average, onProgress });
    expect(tried).toBe(10);
    const values = bits(loose.data);
    loose.dispose();
    expect(values).not.toEqual(bits(new Float32Array(8).fill(1)));
  });
});
