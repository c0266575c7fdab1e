import { describe, expect, it } from 'vitest';
import { local } from '../../src/distribute/local.js';

const job = (body: string) =>
  `data:text/javascript,${encodeURIComponent(`export default async (input) => { ${body} }`)}`;
const later = job('await new Promise((done) => setTimeout(done, 5 * (10 - input))); return input * input;');

describe('local', () => {
  it.each([1, 2, 5, 20])('gives the results of %i workers in the order of the inputs', async (workers) => {
    const inputs = Array.from({ length: 10 }, (_, i) => i);
    const heard: number[] = [];
    const results = await local({ workers }).run<number, number>(later, inputs, (result, i) => {
      heard[i] = result;
    });
    expect(results).toEqual(inputs.map((i) => i * i));
    expect(heard).toEqual(results);
  });

  it('runs nothing for no inputs', async () => {
    expect(await local().run(later, [])).toEqual([]);
  });

  it('rejects with the error of a job, of a module that is not there, and of a worker that ends', async () => {
    const throws = job('if (input === 3) throw new RangeError("not 3"); return input;');
    await expect(local({ workers: 2 }).run(throws, [1, 2, 3, 4])).rejects.toMatchObject({
      name: 'RangeError',
      message: 'not 3',
    });
    await expect(local().run('file:///no/such/job.mjs', [1])).rejects.toThrow(/job\.mjs/);
    await expect(local().run(job('process.exit(7)'), [1])).rejects.toThrow('exit code 7');
    await expect(local().run(job('return () => {}'), [1])).rejects.toThrow(/could not be cloned/);
  });
});
