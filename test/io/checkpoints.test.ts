// Fits that keep their checkpoints in places, and go on from there to the bits of the fit that was never stopped.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  type CheckpointOptions,
  dataset,
  dropout,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  linear,
  partialFit,
  relu,
  StepLR,
  sequential,
} from '../../src/index.js';
import { FormatError, file, type Place, readSafetensors } from '../../src/io.js';
import { fit as workerFit } from '../../src/worker.js';
import { noise, parameterBits, stateBits, timeless } from '../train/byHand.js';

const random = noise(3);
const rows = Array.from({ length: 60 }, () => [random(), random()]);
const data = dataset(
  rows,
  rows.map(([a, b]) => a! - 2 * b!),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (name = 'run') => join(folder, name);

/** A place in memory, with every file that was written to it. */
function memory(): Place & { readonly files: Uint8Array[] } {
  const files: Uint8Array[] = [];
  return {
    files,
    read: async () => files.at(-1),
    write: async (bytes) => {
      files.push(bytes);
    },
  };
}

function make() {
  const model = sequential(linear(2, 5, { seed: 1 }), relu(), dropout(0.2, { seed: 2 }), linear(5, 1, { seed: 3 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.02 });
  const average = new ExponentialMovingAverage(model.parameters());
  const scheduler = new StepLR(optimizer, { stepSize: 2, gamma: 0.9 });
  const options = {
    loss: 'mse',
    optimizer,
    average,
    scheduler,
    batchSize: 4,
    validation: 0.2,
    metrics: ['r2'],
  } as const;
  const bits = () => [parameterBits(model), stateBits(optimizer as never), average.stateDict(), scheduler.stateDict()];
  return { model, optimizer, options, bits };
}

/** A fit over objects of its own; what it leaves. */
async function ran(more: Partial<FitOptions> = {}, train: typeof fit = fit) {
  const { model, options, bits } = make();
  const result = await train(model, data, { ...options, epochs: 8, ...more });
  return { status: result.status, left: [timeless(result), bits()] };
}

/** Aborts after so many calls of onProgress. */
function abortedAfter(calls: number): Partial<FitOptions> {
  const stop = new AbortController();
  let left = calls;
  const onProgress = () => {
    if (left-- === 0) stop.abort();
  };
  return { signal: stop.signal, onProgress };
}

describe.each([
  ['fit', fit],
  ['fit of the worker', workerFit as typeof fit],
])('%s', (_, train) => {
  it('keeps a checkpoint every so many epochs, and older ones beside it', async () => {
    await ran({ checkpoint: { place: path(), every: 2, keep: 3 } }, train);
    expect(readdirSync(folder).sort()).toEqual(['run', 'run.1', 'run.2']);
    const whole = await ran();
    for (const name of ['run', 'run.1', 'run.2']) {
      const { metadata, tensors } = readSafetensors(readFileSync(path(name)));
      expect(JSON.parse(metadata.adamas!)).toMatchObject({ kind: 'checkpoint', version: 1 });
      expect(tensors['0.weight']!.shape).toEqual([5, 2]);
      for (const place of [file(path(name)), path(name), pathToFileURL(path(name))]) {
        expect((await ran({ resume: place }, train)).left).toEqual(whole.left);
      }
    }
  });

  it('aborted, ends with a checkpoint of that moment; resumed until it ends, it has the bits of the whole', async () => {
    const whole = await ran();
    for (const calls of [0, 1, 2, 5]) {
      const place = path(`at${calls}`);
      const options: Partial<FitOptions> = { checkpoint: { place, every: 1000 }, resume: place };
      const { status } = await ran({ ...options, ...abortedAfter(calls) }, train);
      if (status === 'aborted') expect(readdirSync(folder)).toContain(`at${calls}`);
      const again = await ran(options, train);
      expect(again).toEqual(whole);
    }
  });

  it('begins anew where nothing is there yet, also with override', async () => {
    const whole = await ran();
    expect(await ran({ resume: path('none') }, train)).toEqual(whole);
    expect(await ran({ resume: path('none'), override: ['lr'] }, train)).toEqual(whole);
    expect(await ran({ resume: path('none'), checkpoint: { place: path('none') } }, train)).toEqual(whole);
  });

  it('rejects what a place throws, and leaves the model usable', async () => {
    const { model, options } = make();
    const place = { read: async () => undefined, write: () => Promise.reject(new Error('disk full')) };
    await expect(train(model, data, { ...options, epochs: 3, checkpoint: { place } })).rejects.toThrow('disk full');
    expect(fitSync(model, data, options).status).toBe('completed');
  });
});

it('takes a place of its own, and gives it each checkpoint: by seconds within an epoch too', async () => {
  const place = memory();
  const whole = await ran();
  expect(await ran({ checkpoint: { place, every: { seconds: 1e-9 } } })).toEqual(whole);
  expect(place.files.length).toBeGreaterThanOrEqual(8);
  for (const bytes of place.files) {
    const resume = { read: async () => bytes, write: place.write };
    expect(await ran({ resume })).toEqual(whole);
  }
});

it('gives the same bytes for the same checkpoint', async () => {
  const [one, other] = [memory(), memory()];
  for (const place of [one, other]) {
    const { model, options } = make();
    await fit(model, data, { ...options, epochs: 1, checkpoint: { place } });
  }
  const clockless = ({ files }: typeof one) => readSafetensors(files[0]!);
  const [a, b] = [clockless(one), clockless(other)];
  expect(a.tensors).toEqual(b.tensors);
  const text = ({ metadata }: typeof a) => metadata.adamas!.replace(/"seconds":[^,}]+/, '');
  expect(text(a)).toBe(text(b));
});

describe('a file', () => {
  it('of another fit, with a flipped byte, cut off, or of another kind is refused, and nothing has changed', async () => {
    const place = memory();
    await ran({ checkpoint: { place, every: 1 } });
    const bytes = place.files[0]!;
    const { model, options, bits } = make();
    const before = bits();
    const flipped = bytes.slice();
    flipped[flipped.length >> 1]! ^= 1;
    const of = (given: Uint8Array) => ({ read: async () => given, write: async () => {} });
    for (const broken of [flipped, bytes.subarray(0, -8), new Uint8Array(10)]) {
      await expect(fit(model, data, { ...options, resume: of(broken) })).rejects.toThrow(FormatError);
    }
    const refused = (more: Partial<FitOptions>, words: RegExp) =>
      expect(fit(model, data, { ...options, resume: of(bytes), ...more })).rejects.toThrow(words);
    await refused({ batchSize: 5 }, /fit: resume must be of a fit with the same batchSize, 4, or override/);
    await refused({ optimizer: new AdamW(model.parameters()), scheduler: undefined }, /scheduler|same optimizer/);
    const other = dataset(
      rows,
      rows.map(([a]) => a!),
    );
    await expect(fit(model, other, { ...options, resume: of(bytes) })).rejects.toThrow(/same data/);
    expect(bits()).toEqual(before);
    expect(
      (await fit(model, data, { ...options, epochs: 3, resume: of(bytes), batchSize: 5, override: ['batchSize'] }))
        .status,
    ).toBe('completed');
  });
});

describe('options', () => {
  const wrong: [RegExp, CheckpointOptions][] = [
    [/checkpoint: place must be a path/, { place: 3 as never }],
    [/checkpoint.every must be a positive whole number/, { place: memory(), every: 0 }],
    [/checkpoint.every.seconds must be a finite number above 0/, { place: memory(), every: { seconds: 0 } }],
    [/checkpoint.keep must be 1 for a place that keeps one file/, { place: memory(), keep: 2 }],
    [/checkpoint.onSignal/, { place: memory(), onSignal: 1 as never }],
    [/checkpoint: options must be an object/, 'run' as never],
    [/evry/, { place: memory(), evry: 2 } as never],
  ];
  it.each(wrong)('%s', async (words, checkpoint) => {
    await expect(ran({ checkpoint })).rejects.toThrow(words);
    await expect(ran({ checkpoint }, workerFit as typeof fit)).rejects.toThrow(words);
  });

  it('fitSync takes checkpoints, not places', () => {
    const { model, options } = make();
    expect(() => fitSync(model, data, { ...options, checkpoint: { place: path() } })).toThrow(/checkpoint needs fit/);
    expect(() => fitSync(model, data, { ...options, resume: path() })).toThrow(/resume needs fit/);
    expect(() => fitSync(model, data, { ...options, resume: memory() })).toThrow(/resume needs fit/);
  });
});

describe('a signal to the process', () => {
  const program = (place: string) => `
    import { Adam, dataset, fit, linear, sequential } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    import { file } from ${JSON.stringify(new URL('../../src/io.ts', import.meta.url).href)};
    const x = Array.from({ length: 100_000 }, (_, i) => (i % 100) / 100);
    const data = dataset(x.map((one) => [one]), x.map((one) => 2 * one + 1));
    const model = sequential(linear(1, 1, { seed: 1 }));
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    const checkpoint = { place: file(${JSON.stringify(place)}), every: 1e9, onSignal: true };
    const fitting = fit(model, data, { loss: 'mse', optimizer, epochs: 1e9, checkpoint });
    console.log('running');
    const { status } = await fitting;
    console.log(status, process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'));
    await new Promise((resolve) => setTimeout(resolve, 60_000));`;

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s aborts the fit, which ends with a checkpoint; a second one ends the process',
    async (name) => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program(path())], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      await expect.poll(() => said, { timeout: 50_000 }).toContain('running');
      child.kill(name);
      await expect.poll(() => said, { timeout: 50_000 }).toContain('aborted 0 0');
      expect(JSON.parse(readSafetensors(readFileSync(path())).metadata.adamas!).kind).toBe('checkpoint');
      child.kill(name);
      expect(await ended).toBe(name);
    },
    120_000,
  );
});

describe('partialFit', () => {
  const batch = (i: number) => ({
    features: Float32Array.from({ length: 8 }, (_, k) => Math.sin(i * 8 + k)),
    targets: Float32Array.from({ length: 4 }, (_, k) => Math.cos(i * 4 + k)),
  });
  async function* batches(start: number, epoch: number) {
    for (let i = start; i < 20; i++) yield batch(20 * epoch + i);
  }
  const run = async (more = {}) => {
    const { model, options, bits } = make();
    const { loss, optimizer, average, scheduler } = options;
    const all = { ...{ loss, optimizer, average, scheduler, epochs: 2, accumulate: 3 }, ...more };
    return [await partialFit(model, batches, { id: 'waves', ...all }), bits()] as const;
  };

  it('goes on from any checkpoint to the bits of the whole, from the next batch on', async () => {
    const whole = await run();
    const place = memory();
    expect(await run({ checkpoint: { place, every: 1 } })).toEqual(whole);
    expect(place.files).toHaveLength(Math.ceil(40 / 3));
    for (const bytes of place.files) {
      expect(await run({ resume: { read: async () => bytes, write: place.write } })).toEqual(whole);
    }
  });

  it('aborted, ends with a checkpoint', async () => {
    const whole = await run();
    for (const steps of [1, 4, 9]) {
      const stop = new AbortController();
      const onProgress = (progress: { steps: number }) => {
        if (progress.steps === steps) stop.abort();
      };
      const options = { checkpoint: { place: path(`p${steps}`) }, resume: path(`p${steps}`) };
      const [{ status }] = await run({ ...options, onProgress, signal: stop.signal });
      expect(status).toBe('aborted');
      expect(await run(options)).toEqual(whole);
    }
  });

  it('knows its data by an id, and needs a function', async () => {
    const place = memory();
    await run({ checkpoint: { place, every: 1 } });
    await expect(run({ resume: place, id: 'others' })).rejects.toThrow(/same data, waves, or override: \['data'\]/);
    await run({ resume: place, id: 'others', override: ['data'] });
    await expect(run({ resume: place, id: undefined })).rejects.toThrow(/id must be given for checkpoints/);
    await expect(run({ resume: place, accumulate: 2 })).rejects.toThrow(/same accumulate, 3/);
    const { model, options } = make();
    const { loss, optimizer } = options;
    await expect(partialFit(model, [batch(0)], { loss, optimizer, id: 'waves' })).rejects.toThrow(
      /a function \(start\)/,
    );
  });
});

it('a file that is no checkpoint of this kind is refused', async () => {
  const { model, options } = make();
  writeFileSync(path(), 'text');
  await expect(fit(model, data, { ...options, resume: path() })).rejects.toThrow(FormatError);
});
