// Callbacks run here, an abort passes through, and what a callback throws ends the fit at a completed step.

import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  Adam,
  BusyError,
  dataset,
  type FitOptions,
  fitSync,
  type HistoryRow,
  linear,
  memoryUsage,
  type Progress,
  sequential,
  tensor,
} from '../../src/index.js';
import { fit, type WorkerFitOptions } from '../../src/worker.js';
import { collected } from '../collected.js';
import { noise, parameterBits } from '../train/byHand.js';
import { adamSide, common, N, samples, snapshot } from './subjects.js';

const data = samples();
const many = 1_000_000;

/** A fit that would take minutes. */
const run = (side: ReturnType<typeof adamSide>, more: Partial<WorkerFitOptions> = {}) =>
  fit(side.model, data, { ...common, optimizer: side.optimizer, epochs: many, logEvery: N, ...more });

/** Everything still works, and is where some step left it. */
function expectUsable(side: ReturnType<typeof adamSide>): void {
  const { step } = side.optimizer.stateDict().state[0]!;
  expect(step).toBeGreaterThan(0);
  expect(side.model.parameters().every(({ data }) => data.every(Number.isFinite))).toBe(true);
  expect(fitSync(side.model, data, { ...common, optimizer: side.optimizer }).status).toBe('completed');
}

describe('onProgress', () => {
  it('is told what fit tells, and at last how it ended', async () => {
    const side = adamSide();
    const told: Progress[] = [];
    const result = await run(side, { epochs: 50, onProgress: (progress) => void told.push(progress) });
    const last = told.at(-1)!;
    expect(last.losses).toEqual(result.losses);
    expect(last.steps).toBe(result.steps);
    expect(last.totalSteps).toBe(result.steps);
    expect(last.epochs).toBe(50);
    const steps = told.map((progress) => progress.steps);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it('stops the fit where it returns false', async () => {
    const side = adamSide();
    let calls = 0;
    const result = await run(side, { onProgress: ({ steps }) => ++calls < 3 || steps === 0 });
    expect(result.status).toBe('stopped');
    expect(side.optimizer.stateDict().state[0]!.step).toBe(result.steps);
    expectUsable(side);
  });

  it('that throws: its error comes out, with the model at a completed step', async () => {
    const side = adamSide();
    const mine = new Error('mine');
    const onProgress = ({ steps }: Progress) => {
      if (steps > 0) throw mine;
    };
    await expect(run(side, { onProgress })).rejects.toBe(mine);
    expectUsable(side);
  });
});

describe('sampleOrder', () => {
  const inOrder = Uint32Array.from({ length: N }, (_, i) => i);

  it('is asked for each epoch, counted from 0', async () => {
    const asked: number[] = [];
    const sampleOrder = (epoch: number) => {
      asked.push(epoch);
      return inOrder;
    };
    await run(adamSide(), { epochs: 3, sampleOrder });
    expect(asked).toEqual([0, 1, 2]);
  });

  it('that throws: its error comes out', async () => {
    const side = adamSide();
    const mine = new Error('mine');
    const sampleOrder = (epoch: number) => {
      if (epoch === 2) throw mine;
      return inOrder;
    };
    await expect(run(side, { sampleOrder })).rejects.toBe(mine);
    expect(side.optimizer.stateDict().state[0]!.step).toBe(2 * Math.ceil(N / common.batchSize));
    expectUsable(side);
  });

  it('that gives something wrong: the error of fit itself', async () => {
    const side = adamSide();
    const wrong = (epoch: number) => (epoch === 1 ? inOrder.slice(1) : inOrder);
    await expect(run(side, { sampleOrder: wrong })).rejects.toThrow(
      new RangeError(`fit: sampleOrder(epoch) must give ${N} indices, got ${N - 1}`),
    );
    expectUsable(side);
  });
});

describe('onEpoch and onCheckpoint', () => {
  const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

  it('onEpoch has the rows of the history, and stops the fit right there', async () => {
    const side = adamSide();
    const rows: object[] = [];
    const onEpoch = async (row: HistoryRow) => {
      await soon();
      rows.push(row);
      return row.epoch < 2;
    };
    const result = await run(side, { onEpoch });
    expect(result.status).toBe('stopped');
    expect(result.history).toHaveLength(3);
    expect(rows).toEqual(result.history);
  });

  it.each(['onEpoch', 'onCheckpoint'] as const)('%s that throws: its error comes out', async (name) => {
    const side = adamSide();
    const mine = new Error('mine');
    let calls = 0;
    const throwing = async () => {
      await soon();
      if (++calls === 2) throw mine;
    };
    await expect(run(side, { [name]: throwing })).rejects.toBe(mine);
    expect(side.optimizer.stateDict().state[0]!.step).toBe(2 * Math.ceil(N / common.batchSize));
    expectUsable(side);
  });
});

describe('signal', () => {
  it('aborts the fit, and keeps no listener', async () => {
    const side = adamSide();
    const controller = new AbortController();
    const onProgress = ({ steps }: Progress) => {
      if (steps > 0) controller.abort();
    };
    const result = await run(side, { signal: controller.signal, onProgress });
    expect(result.status).toBe('aborted');
    expect(side.optimizer.stateDict().state[0]!.step).toBe(result.steps);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expectUsable(side);
  });

  it('aborted before: no step is taken', async () => {
    const side = adamSide();
    side.model.loss = 'mse';
    const before = snapshot(side);
    const result = await run(side, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: 'aborted', steps: 0, losses: [] });
    expect(snapshot(side)).toEqual(before);
  });

  it('aborted while the worker starts', async () => {
    const side = adamSide();
    const controller = new AbortController();
    const running = run(side, { signal: controller.signal });
    controller.abort();
    expect((await running).status).toBe('aborted');
    expect(side.model.busy).toBe(false);
  });
});

it('model and optimizer are busy while it runs; predict goes by the weights from before', async () => {
  const side = adamSide();
  const { model, optimizer } = side;
  const x = new Float32Array([1, 2, 3, 4]);
  const before = model.predict(x);
  const controller = new AbortController();
  let seen = 0;
  const onProgress: FitOptions['onProgress'] = ({ steps }) => {
    if (steps === 0) return;
    seen++;
    expect(model.predict(x)).toEqual(before);
    for (const call of [
      () => optimizer.step(),
      () => optimizer.dispose(),
      () => optimizer.loadStateDict(optimizer.stateDict()),
      () => model.dispose(),
      () => model.loadStateDict(model.stateDict()),
      () => fitSync(model, data, { ...common, optimizer }),
    ]) {
      expect(call).toThrow(BusyError);
    }
    controller.abort();
  };
  const running = run(side, { signal: controller.signal, onProgress });
  await expect(fit(model, data, { ...common, optimizer })).rejects.toThrow(BusyError);
  expect((await running).status).toBe('aborted');
  expect(seen).toBeGreaterThan(0);
  expect(model.predict(x)).not.toEqual(before);
  expectUsable(side);
});

it('30 fits leave nothing behind', { timeout: 60_000 }, async () => {
  const side = adamSide();
  await run(side, { epochs: 1 });
  await collected();
  const before = memoryUsage();
  const { signal } = new AbortController();
  for (let i = 0; i < 30; i++) await run(side, { epochs: 1, signal });
  expect(memoryUsage()).toBe(before);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  // A worker takes a moment to end.
  const open = () => process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort/.test(kind));
  for (let i = 0; i < 50 && open().length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(open()).toEqual([]);
});

describe('the data', () => {
  it('go over in pieces, with the bits of fitSync', async () => {
    using large = dataset(
      tensor(Float32Array.from({ length: 7000 * 100 }, noise(3)), [7000, 100]),
      new Float32Array(7000).fill(1),
    );
    const trained = async (train: typeof fit | typeof fitSync) => {
      using model = sequential(linear(100, 1, { seed: 1 }));
      using optimizer = new Adam(model.parameters());
      const options = { loss: 'mse', optimizer, batchSize: 500, validation: large } as const;
      const { losses, history } = await train(model, large, options);
      return [losses, history[0]!.validationLoss, parameterBits(model)];
    };
    expect(await trained(fit)).toEqual(await trained(fitSync));
  });

  it('cannot be disposed until the worker has them, and then can', async () => {
    const side = adamSide();
    const own = samples();
    const validation = samples();
    let steps = 0;
    const onProgress: FitOptions['onProgress'] = (progress) => {
      steps = progress.steps;
      for (const one of [own, validation]) one.dispose();
    };
    const more = { optimizer: side.optimizer, epochs: 200, validation, onProgress };
    const running = fit(side.model, own, { ...common, ...more });
    for (const one of [own, own.features, validation]) expect(() => one.dispose()).toThrow(BusyError);
    expect((await running).status).toBe('completed');
    expect(steps).toBeGreaterThan(0);
    expect([own.disposed, validation.disposed]).toEqual([true, true]);
  });
});
