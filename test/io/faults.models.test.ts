// Faults while a model is saved or loaded leave the model usable, the previous file whole, no temporary file, no memory taken.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Adam,
  dataset,
  fit,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  OutOfMemoryError,
  sequential,
} from '../../src/index.js';
import { FormatError, indexedDB, load, PlaceError, save, toBytes } from '../../src/io.js';
import { TableModel, trainTable } from '../../src/tabular.js';
import { source } from '../../src/worker/source.generated.js';
import { WorkerError, fit as workerFit } from '../../src/worker.js';
import { collected } from '../collected.js';
import { failAllocation } from '../setup/memory.js';
import { parameterBits } from '../train/byHand.js';
import { onSmallDisk } from './smallDisk.js';

const small = (seed = 1) => sequential(linear(2, 3, { seed }));
const large = () => sequential(linear(2, 20_000, { seed: 2 }));
const rows = Array.from({ length: 60 }, (_, i) => ({ size: (7 * i) % 60, price: 900 * i + (i % 3) }));
const table = (more: object = {}) => trainTable(rows, { target: 'price', hidden: [4], epochs: 3, ...more });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adamas-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Fails unless the model predicts, and trains. */
function expectUsable(model: Model): void {
  const optimizer = new Adam(model.parameters());
  const data = dataset(
    [
      [1, 2],
      [3, 4],
    ],
    Array.from({ length: 2 }, () => Array(model.outputs!).fill(1)),
  );
  expect(fitSync(model, data, { loss: 'mse', optimizer }).status).toBe('completed');
  for (const one of [optimizer, data]) one.dispose();
}

describe.each([
  ['a disk that is full', /ENOSPC/, false],
  ['a folder that is read-only', /EROFS/, true],
])('%s', (_, code, locked) => {
  it('leaves the model that was saved before, and the one that could not be', async (context) => {
    await onSmallDisk(context, '64k', async (disk, lock) => {
      const place = join(disk, 'model');
      await save(small(), place);
      const before = readFileSync(place);
      if (locked) lock();
      const model = large();
      const saving = save(model, place);
      await expect(saving).rejects.toThrow(PlaceError);
      await expect(saving).rejects.toThrow(code);
      expect(readdirSync(disk)).toEqual(['model']);
      expect(readFileSync(place).equals(before)).toBe(true);
      expect((await load(place)).model.stateDict()).toEqual(small().stateDict());
      expectUsable(model);
      await save(model, join(folder, 'elsewhere'));
    });
  });

  it("leaves a table's model", async (context) => {
    await onSmallDisk(context, '8k', async (disk, lock) => {
      const place = join(disk, 'table');
      const model = await table();
      await model.save(place);
      const before = readFileSync(place);
      if (locked) lock();
      const other = await table({ hidden: [400] });
      await expect(other.save(place)).rejects.toThrow(code);
      expect(readdirSync(disk)).toEqual(['table']);
      expect(readFileSync(place).equals(before)).toBe(true);
      expect((await TableModel.load(place)).predict(rows)).toEqual(model.predict(rows));
      expect(other.predict(rows)).toHaveLength(rows.length);
    });
  });
});

it('a file that is replaced, cut off or overwritten while it is read gives a whole model, or is refused', async () => {
  const path = join(folder, 'model');
  const [older, newer] = [1, 2].map((seed) => toBytes(sequential(linear(600, 20, { seed })))) as [
    Uint8Array,
    Uint8Array,
  ];
  await collected();
  const states = [older, newer].map((bytes) => Buffer.from(bytes).toString('base64'));
  for (let i = 0; i < 60; i++) {
    writeFileSync(path, newer);
    writeFileSync(`${path}.other`, older);
    const used = memoryUsage();
    const loading = load(path);
    if (i % 3 === 0) renameSync(`${path}.other`, path);
    else if (i % 3 === 1) truncateSync(path, newer.length - 1 - i);
    else writeFileSync(path, older.subarray(0, older.length - 1));
    await loading.then(
      ({ model }) => {
        expect(states).toContain(Buffer.from(toBytes(model)).toString('base64'));
        model.dispose();
      },
      (error) => expect(error).toBeInstanceOf(FormatError),
    );
    expect(memoryUsage()).toBe(used);
  }
});

describe('a quota of IndexedDB that is exceeded', () => {
  const QUOTA = 10_000;
  beforeEach(() => {
    Object.assign(globalThis, { indexedDB: new IDBFactory() });
    const { put } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (value.length > QUOTA) throw new DOMException('the quota is exceeded', 'QuotaExceededError');
      return put.call(this, value, key);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    Reflect.deleteProperty(globalThis, 'indexedDB');
  });
  const refusal = 'indexedDB("kept") cannot be written, and is as it was before: the quota is exceeded';

  it('leaves the model that was saved before, and the one that could not be', async () => {
    const place = indexedDB('kept');
    await save(small(), place);
    const model = large();
    await expect(save(model, place)).rejects.toThrow(new PlaceError(refusal));
    expect((await load(place)).model.stateDict()).toEqual(small().stateDict());
    expectUsable(model);
  });

  it('leaves the checkpoint before, and the model', async () => {
    const place = indexedDB('kept');
    const data = dataset(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    );
    const run = (model: Model, more: object) =>
      fit(model, data, { loss: 'mse', optimizer: new Adam(model.parameters()), checkpoint: { place }, ...more });
    await run(small(), { epochs: 1 });
    const wide = sequential(linear(2, 4000, { seed: 1 }), linear(4000, 3, { seed: 2 }));
    await expect(run(wide, { epochs: 1 })).rejects.toThrow(refusal);
    expectUsable(wide);
    expect((await run(small(), { epochs: 3, resume: place })).history).toHaveLength(3);
  });
});

describe('memory at its limit', () => {
  afterEach(() => failAllocation(Infinity));

  it('a model is still saved, and one that has no room is not loaded', async () => {
    const path = join(folder, 'model');
    const model = small();
    await collected();
    const [predicted, used] = [model.predict([[1, 2]]), memoryUsage()];
    failAllocation(1, 'unreachable', true);
    await save(model, path);
    await expect(load(path)).rejects.toThrow(OutOfMemoryError);
    failAllocation(Infinity);
    expect(memoryUsage()).toBe(used);
    expect((await load(path)).model.predict([[1, 2]])).toEqual(predicted);
    expectUsable(model);
  });

  it("leaves a table's file and its model", async () => {
    const path = join(folder, 'table');
    const model = await table();
    await model.save(path);
    await collected();
    const used = memoryUsage();
    failAllocation(1, 'unreachable', true);
    await expect(table()).rejects.toThrow(OutOfMemoryError);
    await expect(TableModel.load(path)).rejects.toThrow(OutOfMemoryError);
    failAllocation(Infinity);
    expect(memoryUsage()).toBe(used);
    expect((await TableModel.load(path)).predict(rows)).toEqual(model.predict(rows));
  });
});

describe('a worker that dies', () => {
  /** A fit of a worker that ends by itself after some epochs. */
  function dying(): typeof fit {
    return ((model, data, options) => {
      let worker: Worker | undefined;
      return workerFit(model, data, {
        ...options,
        worker: () => {
          worker = new Worker(source, { eval: true });
          return worker;
        },
        onEpoch: ({ epoch }) => {
          if (epoch === 2) void worker!.terminate();
        },
      });
    }) as typeof fit;
  }

  it('leaves the model as it was, which is saved as it was', async () => {
    const [model, path] = [small(), join(folder, 'model')];
    await save(model, path);
    const [file, before] = [readFileSync(path), parameterBits(model)];
    const data = dataset(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    );
    const optimizer = new Adam(model.parameters());
    await expect(dying()(model, data, { loss: 'mse', optimizer, epochs: 1e6 })).rejects.toThrow(WorkerError);
    expect(parameterBits(model)).toEqual(before);
    await save(model, path);
    expect(readFileSync(path).equals(file)).toBe(true);
    expectUsable(model);
  });

  it('leaves no memory of a table', async () => {
    await table({ fit: workerFit }).then((model) => model.dispose());
    const used = memoryUsage();
    await expect(table({ fit: dying(), epochs: 1e6, earlyStopping: false })).rejects.toThrow(WorkerError);
    expect(memoryUsage()).toBe(used);
    expect((await table()).predict(rows)).toHaveLength(rows.length);
  });
});
