// What is not an object with names as its keys is refused where one is expected: it would pass for an empty one, and all it holds be ignored.
import { expect, it } from 'vitest';
import { csvBatches, parseCsv, scanCsv } from '../../src/datasets.js';
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
  await expect(trainTable(table, { target: 'y', fit })).rejects.toThrow(/^trainTable: what fit returns must be/);
  for (const validation of [0.001, 0.99]) {
    await expect(trainTable(table, { target: 'y', validation })).rejects.toThrow(
      /^trainTable: validation must leave rows in both parts/,
    );
  }
});
