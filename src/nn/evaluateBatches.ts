import { Dataset } from '../data/dataset.js';
import { type Disposable, disposeAfter, Pass, type ResourceStack } from '../resources.js';
import { Tensor, tensor } from '../tensor.js';
import { fail, weightList } from '../validate.js';
import { outlasting } from '../wasm/memory.js';
import { TURN_MS, yieldToHost } from '../yieldToHost.js';
import { type Batch, type Batches, readBatch, Source } from './batches.js';
import { checkData, Evaluator } from './evaluate.js';
import { readFeatures, rowCount } from './inputs.js';
import type { Loss } from './loss.js';
import { type LossSpec, lossOf } from './losses.js';
import { type Evaluation, Metrics } from './metrics.js';
import type { Network } from './network.js';
import { readTargets } from './targets.js';

/** The parts of a model that an evaluation takes. */
interface EvaluatedModel extends Network, Disposable {}

/** Evaluates a model on batches as they come, with one batch at a time in memory. */
export async function evaluateBatches(
  model: EvaluatedModel,
  spec: LossSpec | undefined,
  batches: Batches,
): Promise<Evaluation> {
  const call = 'evaluate';
  const loss = lossOf(`${call}: loss`, spec as LossSpec);
  const source = new Source(`${call}: data`, batches);
  const pass = new Pass(call, [], [model, ...model.state]);
  let metrics: Metrics | undefined;
  let [samples, total] = [0, 0];
  try {
    let turn = performance.now();
    for (let index = 0; ; index++) {
      const { done, value } = await source.next();
      if (done) break;
      const label = `${call}: batch ${index}`;
      disposeAfter((use) => {
        const batch = readBatch(label, value);
        if (batch.weights !== undefined) weightList(`${label}: weights`, batch.weights);
        const weights = batch.weights && outlasting(batch.weights);
        const data = datasetOf(use, label, model, loss, batch);
        checkData(label, model, loss, data);
        metrics = Metrics.of(spec, model.outputs, data.targets, metrics);
        if (weights !== undefined && weights.length !== data.length) {
          fail(RangeError, `${label}: weights`, `hold ${data.length} numbers, one per row`, weights.length);
        }
        use(new Pass(label, [], [data, data.features, data.targets]));
        const evaluator = use(new Evaluator(model, loss, data, weights, metrics));
        total += evaluator.run(Infinity)! * data.length;
        samples += data.length;
      });
      if (performance.now() - turn >= TURN_MS) {
        await yieldToHost();
        turn = performance.now();
      }
    }
    if (samples === 0) fail(RangeError, `${call}: data`, 'give at least one batch', 'none');
    return { loss: total / samples, ...metrics?.result() };
  } catch (error) {
    await source.close().catch(() => {});
    throw error;
  } finally {
    pass.dispose();
  }
}

/** The samples of a batch: the batch itself if it is a dataset, else a copy that `use` takes over. */
function datasetOf(use: ResourceStack['use'], label: string, model: EvaluatedModel, loss: Loss, batch: Batch): Dataset {
  if (batch instanceof Dataset) return batch;
  const features = readFeatures(label, batch.features, model);
  const rows = rowCount(features, model.inputs);
  if (rows === 0) fail(RangeError, `${label}: features`, 'hold at least one row', 'none');
  const targets = readTargets(`${label}: targets`, batch.targets, loss, rows, model);
  const copy = (values: Tensor | ArrayLike<number>, width: number) => {
    const numbers = values instanceof Tensor ? values.data : values;
    return use(tensor(Float32Array.from(numbers), [rows, width]));
  };
  const x = copy(features, model.inputs);
  return new Dataset(x, copy(targets, (targets instanceof Tensor ? targets.size : targets.length) / rows), batch);
}
