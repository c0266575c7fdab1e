// Values that are no object with names as its keys are refused: they would pass for an empty one, and all that they hold would be ignored.
import { expect, it } from 'vitest';
import { CsvError, csvBatches, parseCsv, scanCsv } from '../../src/datasets.js';
import { type Space, sweep } from '../../src/distribute.js';
import { linear, parameter, partialFit, SGD, sequential, tensor } from '../../src/index.js';
import { trainTable } from '../../src/tabular.js';

const text = 'a,y\n1,1\n2,2\n4,3\n';
// biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
const map = (key: string, value: unknown): any => new Map([[key, value]]);

it('refuses a Map, an iterator and a promise as options', () => {
  for (const options of [map('lr', 1), map('lr', 1).entries(), Promise.resolve({ lr: 1 }), [], new Float32Array(1)]) {
    expect(() => new SGD([parameter([1])], options)).toThrow(/^SGD: options must be an object, got/);
  }
  expect(() => parseCsv(text, map('target', 'y'))).toThrow(/options must be an object, got a Map/);
  expect(() => parseCsv(text, { target: 'y', columns: map('a', 'ignore') })).toThrow(
    /columns must be an object, got a Map/,
  );
  expect(() => parseCsv(text, { target: 'y', missing: map('a', 'mean') })).toThrow(
    /missing must be an object, got a Map/,
  );
});

it('refuses holes among names and missing values', () => {
  const holes = [] as string[];
  holes[1] = 'y';
  expect(() => parseCsv(text, { target: 'y', header: holes })).toThrow(/^parseCsv: header must be/);
  expect(() => parseCsv(text, { target: 'y', missingValues: holes })).toThrow(/^parseCsv: missingValues must be/);
});

it('refuses a comment that begins as fields do, which would leave out rows', () => {
  const signs = { target: 'y', delimiter: ';', quote: "'" } as const;
  expect(() => parseCsv('a;y\n;1\n2;2\n', { ...signs, comment: ';' })).toThrow(
    /comment must begin with another sign than delimiter/,
  );
  expect(() => parseCsv("a;y\n'1';1\n2;2\n", { ...signs, comment: "'" })).toThrow(
    /comment must begin with another sign than quote/,
  );
});

it('refuses arrays that have lost their numbers', () => {
  const lost = new Float32Array(4);
  structuredClone(lost, { transfer: [lost.buffer] });
  const model = sequential(linear(1, 1, { seed: 1 }));
  for (const run of [
    () => tensor(lost),
    () => parameter(lost),
    () => model.predict(lost),
    () => model.forward(lost),
    () => model.lossAndGrad('mse', [[1]], lost),
  ]) {
    expect(run).toThrow(/has lost its numbers/);
  }
  expect(model.predict(new Float32Array(0))).toEqual(new Float32Array(0));
});

it('names what gives no iterator, no room and no result', async () => {
  const model = sequential(linear(1, 1, { seed: 1 }));
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  for (const iterator of [null, {}, 5]) {
    const batches = { [Symbol.iterator]: () => iterator } as unknown as Iterable<never>;
    await expect(partialFit(model, batches, { loss: 'mse', optimizer })).rejects.toThrow(
      /^partialFit: batches must give an iterator/,
    );
  }
  const schema = await scanCsv(new Blob([text]), { target: 'y' });
  const rows = csvBatches(new Blob([text]), schema, { shuffleWindow: 1e15 });
  await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow(/^csvBatches: shuffleWindow must be/);
  const table = Array.from({ length: 30 }, (_, i) => ({ x: i % 7, y: i % 5 }));
  // biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
  const fit = (async () => undefined) as any;
  await expect(trainTable(table, { target: 'y', fit })).rejects.toThrow(/^trainTable: the result of fit must be/);
  for (const validation of [0.001, 0.99]) {
    await expect(trainTable(table, { target: 'y', validation })).rejects.toThrow(
      /^trainTable: validation must leave rows in both parts/,
    );
  }
});

it('gives options to paste that read a column called __proto__', () => {
  const text = '__proto__,constructor,y\n1,1,3\nq,q,4\n2,2,5\n3,3,6\n';
  let message = '';
  try {
    parseCsv(text, { target: 'y' });
  } catch (error) {
    if (error instanceof CsvError) message = error.message;
  }
  const pasted = new Function(`return { ${message.split('ptions that fix it: ')[1]} }`)();
  expect(parseCsv(text, { target: 'y', ...pasted }).features).toEqual(['__proto__', 'constructor']);
});

it('refuses settings of a sweep that JSON does not keep, seeds and values given twice, and misspelt ranges', async () => {
  const job = new URL('data:text/javascript,export default () => ({ value: 1 })');
  const spaces: [unknown, RegExp][] = [
    [{ lr: [1n] }, /^sweep: space\.lr\[0\] must be a text, a finite number/],
    [{ lr: [1, Number.NaN] }, /^sweep: space\.lr\[1\] must be a text, a finite number/],
    [{ f: [{ g: () => 1 }] }, /^sweep: space\.f\[0\]\.g must be a text/],
    [{ lr: [1, 2, 1] }, /^sweep: space\.lr\[2\] must be given once, got 1/],
    [{ lr: { min: 1, max: 2, scale: 'log' } }, /^sweep: space\.lr: unknown option "scale"/],
    [map('lr', [1]), /^sweep: space must be an object, got a Map/],
  ];
  for (const [space, message] of spaces) await expect(sweep({ job, space: space as Space })).rejects.toThrow(message);
  await expect(sweep({ job, space: { lr: [1] }, seeds: [3, 3] })).rejects.toThrow(
    /^sweep: seeds\[1\] must be given once, got 3/,
  );
});

it('takes a column that is called then', () => {
  const columns = Object.fromEntries([['then', (text: string) => Number(text)]]);
  const missing = Object.fromEntries([['then', 'mean'] as const]);
  const table = parseCsv('then,y\n1,1\n2,2\n', { target: 'y', columns, missing });
  expect(table.features).toEqual(['then']);
});
