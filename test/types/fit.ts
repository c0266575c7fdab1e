// Types of data and training: what they allow, refuse and infer. Checked by `npm run types`, never run.
import {
  Adam,
  type Dataset,
  dataset,
  type FitOptions,
  type FitResult,
  fit,
  fitSync,
  LBFGS,
  linear,
  partialFit,
  sequential,
} from 'adamas';
import { airfoil, parseCsv } from 'adamas/datasets';
import { expectTypeOf } from 'vitest';

const data = dataset([[1], [2]], [1, 2]);
expectTypeOf(data).toEqualTypeOf<Dataset>();
expectTypeOf(airfoil()).toEqualTypeOf<Dataset>();
expectTypeOf(parseCsv('a,b\n1,2\n', { target: 'b' }).data).toEqualTypeOf<Dataset>();
// @ts-expect-error: targets are needed
dataset([[1], [2]]);
// @ts-expect-error: numbers
dataset([['1'], ['2']], [1, 2]);

const model = sequential(linear(1, 1));
const optimizer = new Adam(model.parameters());
const options: FitOptions = { loss: 'mse', optimizer, epochs: 3, batchSize: 2, signal: new AbortController().signal };

expectTypeOf(fit(model, data, options)).toEqualTypeOf<Promise<FitResult>>();
const result = fitSync(model, data, options);
expectTypeOf(result).toEqualTypeOf<FitResult>();
expectTypeOf(result.losses).toEqualTypeOf<number[]>();

// Which step diverged is known of a fit that did, and of no other.
// @ts-expect-error: it may not have diverged
void result.divergedAt;
if (result.status === 'diverged') expectTypeOf(result.divergedAt).toEqualTypeOf<number>();
// @ts-expect-error: no such status
if (result.status === 'failed') void 0;

// @ts-expect-error: an optimizer has no default
fit(model, data, { loss: 'mse' });
// @ts-expect-error: no such loss
fit(model, data, { loss: 'meanSquaredError', optimizer });
// @ts-expect-error: an optimizer, not its name
fit(model, data, { loss: 'mse', optimizer: 'adam' });
fit(model, data, { loss: 'mse', optimizer: new LBFGS(model.parameters()) });
// @ts-expect-error: LBFGS goes by all rows at once
partialFit(model, [data], { loss: 'mse', optimizer: new LBFGS(model.parameters()) });
// @ts-expect-error: no such option
fit(model, data, { loss: 'mse', optimizer, learningRate: 0.1 });
// @ts-expect-error: an order is Uint32Array
fit(model, data, { loss: 'mse', optimizer, sampleOrder: () => [0, 1] });
// @ts-expect-error: 'step' or 'epoch'
fit(model, data, { loss: 'mse', optimizer, scheduleEvery: 'batch' });
// @ts-expect-error: metrics are named
fit(model, data, { loss: 'mse', optimizer, metrics: ['mse'] });
// @ts-expect-error: patience has no default
fit(model, data, { loss: 'mse', optimizer, validation: 0.2, earlyStopping: {} });
// @ts-expect-error: a dataset
fit(model, [[1], [2]], options);

fit(model, data, {
  ...options,
  onProgress: (progress) => {
    expectTypeOf(progress.steps).toEqualTypeOf<number>();
    return progress.steps < 10;
  },
});
