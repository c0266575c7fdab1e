import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fitMany, type Group, local } from '../../src/distribute.js';
import { fromBytes } from '../../src/io.js';

const at = mkdtempSync(join(tmpdir(), 'adamas-many-'));
afterAll(() => rmSync(at, { recursive: true }));

const job = (name: string, code: string): URL => {
  const path = join(at, `${name}.mjs`);
  writeFileSync(path, code);
  return pathToFileURL(path);
};
const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
/** A line through the rows of a group. */
const line = job(
  'line',
  `import { dataset, fitSync, LBFGS, linearRegression } from ${dist('index')};
   import { toBytes } from ${dist('io')};
   export default ({ rows }) => {
     const model = linearRegression({ inputs: 1, seed: 1 });
     const data = dataset(rows.map(([x]) => [x]), rows.map(([, y]) => y));
     const optimizer = new LBFGS(model.parameters());
     fitSync(model, data, { optimizer, epochs: 30 });
     const bytes = toBytes(model);
     for (const one of [optimizer, data, model]) one.dispose();
     return bytes;
   };`,
);
/** Fails in the ways in which a job can. */
const odd = job(
  'odd',
  `export default async ({ key, rows }) => {
     if (key === 'throws') throw new RangeError('no rows of ' + key);
     if (key === 'exits') process.exit(3);
     if (key === 'hangs') while (true);
     if (key === 'text') return 'a model';
     return Uint8Array.from(rows);
   };`,
);
const groups = (count: number): Group[] =>
  Array.from({ length: count }, (_, g) => ({
    key: `shop ${g}`,
    rows: Array.from({ length: 20 }, (_, i) => [i / 10, (g % 7) * (i / 10) + g]),
  }));

/** Models by key. */
async function collect(all: Iterable<Group> | AsyncIterable<Group>, options: object) {
  const models = new Map<string, Uint8Array>();
  const results = (key: string, model: Uint8Array) => void models.set(key, model);
  return { models, ...(await fitMany(all, { job: odd, results, runner: local({ workers: 2 }), ...options })) };
}

describe('fitMany', () => {
  it('fits a model for each group, the same bytes in batches of any size', async () => {
    const some = await collect(groups(30), { job: line, batch: 7 });
    expect(some.fitted).toBe(30);
    const others = await collect(groups(30), { job: line, batch: 1, runner: local({ workers: 1 }) });
    for (const [key, bytes] of others.models) expect(some.models.get(key)).toEqual(bytes);
    const { model } = fromBytes(some.models.get('shop 9')!);
    expect(model.predict([[1]])[0]).toBeCloseTo(11, 3);
  });

  it('writes each model to a folder under its key', async () => {
    const folder = join(at, 'models');
    await fitMany([{ key: 'Köln/1', rows: [1, 2] }], { job: odd, results: folder });
    expect(readdirSync(folder)).toEqual(['K%C3%B6ln%2F1.safetensors']);
    expect([...readFileSync(join(folder, 'K%C3%B6ln%2F1.safetensors'))]).toEqual([1, 2]);
  });

  it('keeps the models of all other groups where one throws, returns no bytes, kills its thread or never ends', async () => {
    const keys = ['a', 'throws', 'b', 'exits', 'c', 'text', 'hangs', 'd'];
    const all = keys.map((key, i) => ({ key, rows: [i] }));
    const { models, fitted, failures } = await collect(all, { batch: 3, timeout: 2 });
    expect([...models.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(fitted).toBe(4);
    const reasons = failures.map(({ key, error }) => `${key}: ${error.name}: ${error.message}`).sort();
    expect(reasons).toEqual([
      expect.stringContaining('exits: Error: the thread ended'),
      expect.stringContaining('hangs: JobTimeoutError: the job ran longer than 2 s'),
      'text: TypeError: the job must return the bytes of a model (toBytes(model)), got "a model"',
      'throws: RangeError: no rows of throws',
    ]);
  });

  it('reads no more groups than it has room for while a result waits', async () => {
    let read = 0;
    let most = 0;
    let kept = 0;
    const source = async function* () {
      for (let g = 0; g < 400; g++) {
        most = Math.max(most, ++read - kept);
        yield { key: String(g), rows: [g % 256] };
      }
    };
    const results = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      kept++;
    };
    await fitMany(source(), { job: odd, results, batch: 10, runner: local({ workers: 2 }) });
    expect(kept).toBe(400);
    expect(most).toBeLessThan(120);
  });

  it('refuses a key that comes twice, and what is no group', async () => {
    const twice = [
      { key: 'a', rows: [1] },
      { key: 'a', rows: [2] },
    ];
    await expect(collect(twice, {})).rejects.toThrow('the key "a" comes twice');
    await expect(collect([{ key: 3 } as never], {})).rejects.toThrow('groups[0].key');
    await expect(collect([{ key: 'a' } as never], {})).rejects.toThrow('groups[0].rows must be the rows of the group');
    await expect(collect(7 as never, {})).rejects.toThrow('groups must be an iterable of { key, rows }, got 7');
    await expect(collect([], { job: './fit.js' })).rejects.toThrow('job must be a URL');
    await expect(collect([], { batches: 3 })).rejects.toThrow('batch');
  });

  it('ends with what the groups or the results throw, or the signal’s reason', async () => {
    const broken = function* (): Generator<Group> {
      yield { key: 'a', rows: [1] };
      throw new Error('the database is gone');
    };
    await expect(collect(broken(), {})).rejects.toThrow('the database is gone');
    const full = () => {
      throw new Error('the disk is full');
    };
    await expect(fitMany(groups(3), { job: odd, results: full })).rejects.toThrow('the disk is full');
    const signal = AbortSignal.timeout(300);
    await expect(collect([{ key: 'hangs', rows: [] }], { signal })).rejects.toThrow(/timeout/);
    expect(signal.aborted).toBe(true);
  }, 20_000);
});
