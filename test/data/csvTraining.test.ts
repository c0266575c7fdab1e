// Training on a CSV file as it is read: the bits of steps by hand, and what is left where the file is wrong or changes meanwhile.

import { appendFileSync, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type CsvSource, csvBatches, parseCsv, scanCsv } from '../../src/datasets.js';
import { Adam, fit, linearRegression, memoryUsage, partialFit } from '../../src/index.js';
import { collected } from '../collected.js';

const folder = mkdtempSync(join(tmpdir(), 'adamas-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('partialFit over a file', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => [i % 10, (i * 7) % 11, (3 * (i % 10) - 2 * ((i * 7) % 11)) / 10]);
  const good = `a,b,y\n${rows.map((row) => row.join()).join('\n')}\n`;
  const make = () => {
    const model = linearRegression({ inputs: 2, seed: 1 });
    return { model, optimizer: new Adam(model.parameters(), { lr: 0.01 }) };
  };

  it('has the bits of steps by hand', async () => {
    const path = file('train.csv', good);
    const schema = await scanCsv(path, { target: 'y' });
    const [one, other] = [make(), make()];
    for (let epoch = 0; epoch < 2; epoch++) {
      await partialFit(one.model, csvBatches(path, schema, { batchSize: 64 }), { optimizer: one.optimizer });
      for (let at = 0; at < rows.length; at += 64) {
        const batch = rows.slice(at, at + 64);
        const x = Float32Array.from(batch.flatMap(([a, b]) => [a!, b!]));
        const y = Float32Array.from(batch, ([, , target]) => target!);
        other.model.lossAndGrad('mse', x, y);
        other.optimizer.step();
      }
    }
    for (const [i, { data }] of one.model.parameters().entries())
      expect(data).toEqual(other.model.parameters()[i]!.data);
  });

  it('of several epochs, each by its own batches, has the bits of one after another', async () => {
    const path = file('epochs.csv', good);
    const schema = await scanCsv(path, { target: 'y' });
    const [one, other] = [make(), make()];
    const batches = (epoch: number) => csvBatches(path, schema, { batchSize: 64, shuffleWindow: 100, seed: epoch });
    const asked: number[] = [];
    const { steps, samples } = await partialFit(
      one.model,
      (epoch) => {
        asked.push(epoch);
        return batches(epoch);
      },
      { optimizer: one.optimizer, epochs: 3 },
    );
    expect([asked, steps, samples]).toEqual([[0, 1, 2], 3 * 16, 3000]);
    for (const epoch of asked) await partialFit(other.model, batches(epoch), { optimizer: other.optimizer });
    expect(one.model.stateDict()).toEqual(other.model.stateDict());
  });

  it('epochs: a stop ends all, and what is no function or gives no batches is refused', async () => {
    const { model, optimizer } = make();
    const batch = { features: [1, 2], targets: [3] };
    const { status, steps } = await partialFit(model, () => [batch, batch], {
      optimizer,
      epochs: 4,
      onProgress: ({ steps }) => steps < 3,
    });
    expect([status, steps]).toEqual(['stopped', 3]);
    await expect(partialFit(model, [batch], { optimizer, epochs: 2 })).rejects.toThrow(
      'partialFit: batches must be a function (epoch) => batches for 2 epochs, got [an object]',
    );
    await expect(partialFit(model, () => 5 as never, { optimizer, epochs: 2 })).rejects.toThrow(
      'partialFit: batches(0) must be an iterable or async iterable of batches, got 5',
    );
  });

  it('what is worth a look is told once when training starts', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const text = 'zip,same,y\n02134,5,1\n02135,5,2\n02136,5,3\n';
      const options = { target: 'y', columns: { zip: 'number' } } as const;
      const { model, optimizer } = make();
      const table = parseCsv(text, options);
      await fit(model, table.data, { optimizer });
      await fit(model, table.data, { optimizer });
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]![0]).toMatch(/^fit: the data column "same" is constant, 5/);
      for (let i = 0; i < 2; i++) await partialFit(model, csvBatches(new Blob([text]), table), { optimizer });
      expect(warn).toHaveBeenCalledTimes(2);
      expect(warn.mock.calls[1]![0]).toMatch(/^partialFit: the data /);
    } finally {
      warn.mockRestore();
    }
  });

  it('a row that is wrong ends it; the model is as the last step left it, and usable', async () => {
    const { model, optimizer } = make();
    const schema = parseCsv(good, { target: 'y' });
    const batches = csvBatches([good, 'oops,1,2\n'], schema, { batchSize: 100 });
    await expect(partialFit(model, batches, { optimizer })).rejects.toThrow('csvBatches, line 1002, column "a"');
    const reference = make();
    await partialFit(reference.model, csvBatches([good], schema, { batchSize: 100 }), {
      optimizer: reference.optimizer,
    });
    expect(model.parameters()[0]!.data).toEqual(reference.model.parameters()[0]!.data);
    model.lossAndGrad('mse', new Float32Array([1, 2]), [3]);
    optimizer.step();
  });

  it.each<[string, (path: string) => CsvSource | Promise<CsvSource>, (path: string) => string]>([
    ['a file', (path) => path, (path) => `csvBatches: the file ${JSON.stringify(path)} changed while it was read`],
    ['a Blob', openAsBlob, () => 'csvBatches: the Blob cannot be read; has its file changed, or gone?'],
  ])(
    '%s that changes while it is read: the model is as the last step left it, and usable',
    async (_, open, message) => {
      const rows = Array.from({ length: 100_000 }, (_, i) => `${i % 9},${i % 7}\n`).join('');
      const path = file('changing.csv', `a,y\n${rows}`);
      using schema = parseCsv('a,y\n1,2\n', { target: 'y' });
      using model = linearRegression({ inputs: 1, seed: 1 });
      using optimizer = new Adam(model.parameters());
      await collected();
      const before = memoryUsage();
      let taken = 0;
      const onProgress = ({ steps }: { steps: number }) => {
        if (steps === 1) appendFileSync(path, '1,1\n');
        taken = steps;
      };
      const failing = partialFit(model, csvBatches(await open(path), schema), { optimizer, onProgress });
      await expect(failing).rejects.toThrow(message(path));
      expect(taken).toBeGreaterThan(0);
      expect(optimizer.stateDict().state[0]!.step).toBe(taken);
      expect(memoryUsage()).toBe(before);
      expect((await partialFit(model, csvBatches(path, schema), { optimizer })).samples).toBe(100_001);
    },
  );
});
