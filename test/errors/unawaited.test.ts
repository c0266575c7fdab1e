// A promise that a call refuses, since it awaits none, is awaited by nobody: its rejection must not end the process.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { csvBatches, inspectCsv, parseCsv, readCsv, scanCsv } from '../../src/datasets.js';
import * as adamas from '../../src/index.js';
import { trainTable } from '../../src/tabular.js';

const { customLayer, CyclicLR, dataset, fitSync, LambdaLR, LBFGS, linear, minimize, parameter, sequential, SGD } =
  adamas;
const rejecting = (async () => {
  throw new Error('mine');
}) as unknown as () => never;
const unhandled: unknown[] = [];
const keep = (reason: unknown) => unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', keep));
afterAll(() => process.off('unhandledRejection', keep));

const model = sequential(linear(1, 1, { seed: 1 }));
const data = dataset([[1], [2]], [1, 2]);
const optimizer = new SGD(model.parameters(), { lr: 0.1 });
const options = { loss: 'mse', optimizer, epochs: 1 } as const;
const square = (x: Float32Array, grad: Float32Array) => {
  grad[0] = 2 * x[0]!;
  return x[0]! ** 2;
};
const refused: Record<string, () => unknown> = {
  'onEpoch of fitSync': () => fitSync(model, data, { ...options, onEpoch: rejecting }),
  'onProgress of fitSync': () => fitSync(model, data, { ...options, onProgress: rejecting }),
  'onCheckpoint of fitSync': () => fitSync(model, data, { ...options, onCheckpoint: rejecting }),
  'sampleOrder of fitSync': () => fitSync(model, data, { ...options, sampleOrder: rejecting }),
  'lrLambda of LambdaLR': () => new LambdaLR(optimizer, { lrLambda: rejecting }),
  'scaleFn of CyclicLR': () => new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 1, scaleFn: rejecting }),
  'a loss': () => model.lossAndGrad(rejecting, [[1]], [2]),
  'outputs of a layer': () => sequential(customLayer({ inputs: 1, outputs: rejecting, forward() {}, backward() {} })),
  'forward of a layer': () =>
    sequential(customLayer({ inputs: 1, outputs: (n) => n, forward: rejecting, backward() {} })).predict([[1]]),
  'closure of LBFGS': () => new LBFGS([parameter([1])]).step(rejecting),
  'fun of minimize': () => minimize(rejecting, [1]),
  'onStep of minimize': () => minimize(square, [1], { onStep: rejecting }),
  'function of a column': () => parseCsv('a,y\nu,1\nv,2\n', { target: 'y', columns: { a: rejecting } }),
  'clean of a column': () => parseCsv('a,y\nu,1\nv,2\n', { target: 'y', columns: { a: { clean: rejecting } } }),
};

it.each(Object.entries(refused))('%s is refused, and its rejection handled', async (_, run) => {
  expect(run).toThrow(/promise|function gave no/i);
  await delay(5);
  expect(unhandled.splice(0)).toEqual([]);
});

const csv = () => new Blob([`a,y\n${'1,2\n2,3\n4,4\n'.repeat(10)}`]);
const awaited: Record<string, () => Promise<unknown>> = {
  'onProgress of readCsv': () => readCsv(csv(), { target: 'y', onProgress: rejecting }),
  'onProgress of scanCsv': () => scanCsv(csv(), { target: 'y', onProgress: rejecting }),
  'onProgress of inspectCsv': () => inspectCsv(csv(), { target: 'y', onProgress: rejecting }),
  'onProgress of csvBatches': async () => {
    const schema = await scanCsv(csv(), { target: 'y' });
    for await (const _ of csvBatches(csv(), schema, { onProgress: rejecting }));
  },
  'onRead of trainTable': () => trainTable(csv(), { target: 'y', model: 'linear', onRead: rejecting }),
  'onTable of trainTable': () => trainTable(csv(), { target: 'y', model: 'linear', onTable: rejecting }),
};

it.each(Object.entries(awaited))('%s is awaited: its error comes out of the call', async (_, run) => {
  await expect(run()).rejects.toThrow('mine');
  await delay(5);
  expect(unhandled.splice(0)).toEqual([]);
});
