// Faults in a fit that keeps checkpoints leave the model usable, the previous file whole, no temporary file.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  dataset,
  type FitOptions,
  fit,
  fitSync,
  linear,
  memoryUsage,
  OutOfMemoryError,
  sequential,
} from '../../src/index.js';
import { FormatError, file, PlaceError } from '../../src/io.js';
import { source } from '../../src/worker/source.generated.js';
import { WorkerError, fit as workerFit } from '../../src/worker.js';
import { collected } from '../collected.js';
import { failAllocation } from '../setup/memory.js';
import { parameterBits, stateBits } from '../train/byHand.js';
import { onSmallDisk } from './smallDisk.js';

const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(i)]);
const data = dataset(
  rows,
  rows.map(([a, b]) => a! - b!),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(width = 4) {
  const model = sequential(linear(2, width, { seed: 1 }), linear(width, 1, { seed: 2 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const options = { loss: 'mse', optimizer, batchSize: 8 } as const;
  const bits = () => [parameterBits(model), stateBits(optimizer as never)];
  return { model, optimizer, options, bits };
}

describe.each([
  ['fit', fit],
  ['fit of the worker', workerFit as typeof fit],
])('%s', (_, train) => {
  /** Fails unless a fit ends by a PlaceError of this code, and what was there can be resumed. */
  async function expectLeft(place: string, code: RegExp, before: Buffer, width: number): Promise<void> {
    const { model, options } = make(width);
    const fitting = train(model, data, { ...options, epochs: 3, checkpoint: { place } });
    await expect(fitting).rejects.toThrow(PlaceError);
    await expect(fitting).rejects.toThrow(code);
    expect(readFileSync(place).equals(before)).toBe(true);
    expect(fitSync(model, data, options).status).toBe('completed');
  }

  it('a disk that is full', async (context) => {
    await onSmallDisk(context, '64k', async (disk) => {
      const place = join(disk, 'run');
      const { model, options } = make();
      await train(model, data, { ...options, checkpoint: { place } });
      const before = readFileSync(place);
      // A larger model, whose checkpoints do not fit.
      await expectLeft(place, /cannot be written, and is as it was before: ENOSPC/, before, 3000);
      expect(readdirSync(disk)).toEqual(['run']);
      const again = make();
      expect((await train(again.model, data, { ...again.options, epochs: 2, resume: place })).history).toHaveLength(2);
    });
  });

  it('a folder that is read-only', async (context) => {
    await onSmallDisk(context, '1m', async (disk, lock) => {
      const place = join(disk, 'run');
      const { model, options } = make();
      await train(model, data, { ...options, checkpoint: { place } });
      const before = readFileSync(place);
      lock();
      await expectLeft(place, /cannot be written, and is as it was before: EROFS/, before, 4);
      expect(readdirSync(disk)).toEqual(['run']);
    });
  });
});

it('memory at its limit as a checkpoint is resumed', async () => {
  const place = join(folder, 'run');
  const first = make();
  await fit(first.model, data, { ...first.options, checkpoint: { place } });
  const { model, options, bits } = make();
  await collected();
  const before = [bits(), memoryUsage()];
  failAllocation(3, 'unreachable', true);
  const fitting = fit(model, data, { ...options, epochs: 2, resume: place });
  await expect(fitting).rejects.toThrow(OutOfMemoryError);
  failAllocation(Infinity);
  expect([bits(), memoryUsage()]).toEqual(before);
  expect((await fit(model, data, { ...options, epochs: 2, resume: place })).history).toHaveLength(2);
});

it('a file that is replaced, cut off or overwritten while it is read gives a whole one, or is refused', async () => {
  const path = join(folder, 'run');
  const { model, options } = make(600);
  await fit(model, data, { ...options, epochs: 2, checkpoint: { place: file(path), keep: 2 } });
  const [older, newer] = [readFileSync(`${path}.1`), readFileSync(path)];
  const outcomes = new Set<string>();
  for (let i = 0; i < 60; i++) {
    writeFileSync(path, newer);
    writeFileSync(`${path}.other`, older);
    const again = make(600);
    const before = again.bits();
    const fitting = fit(again.model, data, { ...again.options, epochs: 2, resume: path } satisfies FitOptions);
    if (i % 3 === 0) renameSync(`${path}.other`, path);
    else if (i % 3 === 1) truncateSync(path, newer.length - 1 - i);
    else writeFileSync(path, older.subarray(0, older.length - 1));
    const outcome = await fitting.then(
      ({ history }) => `${history.length}`,
      (error) => {
        expect(error).toBeInstanceOf(FormatError);
        expect(again.bits()).toEqual(before);
        return 'refused';
      },
    );
    outcomes.add(outcome);
    for (const one of [again.optimizer, again.model]) one.dispose();
  }
  expect([...outcomes].every((outcome) => ['2', 'refused'].includes(outcome))).toBe(true);
});

it('a worker that dies: everything as it was before the fit, and its last checkpoint whole', async () => {
  const place = join(folder, 'run');
  const { model, options, bits } = make();
  const before = bits();
  let worker: Worker | undefined;
  const fitting = workerFit(model, data, {
    ...{ ...options, epochs: 1_000_000, checkpoint: { place: file(place), every: 1 } },
    worker: () => {
      worker = new Worker(source, { eval: true });
      return worker;
    },
    onEpoch: ({ epoch }) => {
      if (epoch === 3) void worker!.terminate();
    },
  });
  await expect(fitting).rejects.toThrow(WorkerError);
  expect(bits()).toEqual(before);
  expect(readdirSync(folder)).toEqual(['run']);
  const { history } = await fit(model, data, { ...options, epochs: 5, resume: place });
  expect(history).toHaveLength(5);
});
