// A fit with its checkpoint, and what must hold where another fit refuses that.
import { expect } from 'vitest';
import {
  Adam,
  type Checkpoint,
  dataset,
  dropout,
  ExponentialMovingAverage,
  type FitOptions,
  fitSync,
  type Layer,
  linear,
  StepLR,
  sequential,
} from '../../src/index.js';
import { parameterBits, stateBits } from './byHand.js';

export const rows = Array.from({ length: 12 }, (_, i) => [i / 12, (i % 5) / 5]);
export const y = rows.map(([a, b]) => a! - 2 * b!);
export const data = dataset(rows, y);

/** A model with its optimizer, and its fits. */
export function prepare(
  more: Partial<FitOptions> = {},
  Class: new (...args: never) => unknown = Adam,
  options = {},
  layers?: Layer[],
) {
  const own = () => [linear(2, 3, { seed: 1 }), dropout(0.1, { seed: 2 }), linear(3, 1, { seed: 3 })];
  const model = sequential(...(layers ?? own()));
  const Maker = Class as unknown as typeof Adam;
  const optimizer = new Maker(model.parameters(), { lr: 0.02, ...options });
  const average = new ExponentialMovingAverage(model.parameters());
  const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
  const all = {
    loss: 'mse',
    optimizer,
    batchSize: 4,
    average,
    scheduler,
    earlyStopping: { patience: 9, monitor: 'loss' },
  } as const;
  const state = () => [parameterBits(model), stateBits(optimizer as never), average.stateDict(), scheduler.stateDict()];
  const run = (again: Partial<FitOptions> = {}, of = data) => fitSync(model, of, { ...all, ...more, ...again });
  return { model, optimizer, scheduler, average, all, state, run };
}

export function checkpointOf({ run }: ReturnType<typeof prepare>, more: Partial<FitOptions> = {}): Checkpoint {
  let last: Checkpoint | undefined;
  const onCheckpoint = (one: Checkpoint) => {
    last = one;
  };
  run({ epochs: 2, ...more, onCheckpoint });
  return last!;
}

export const good = checkpointOf(prepare());

export function refused(resume: unknown, words: RegExp, more: Partial<FitOptions> = {}, one = prepare(), of = data) {
  const before = one.state();
  let thrown: unknown;
  try {
    one.run({ epochs: 4, resume: resume as Checkpoint, ...more }, of);
  } catch (error) {
    thrown = error;
  }
  expect(Object(thrown).name).toMatch(/^(Range|Type)Error$/);
  expect((thrown as Error).message).toMatch(words);
  expect((thrown as Error).message).not.toMatch(/Cannot read|destructure|is not a function|not iterable|undefined is/);
  expect(one.state()).toEqual(before);
}
