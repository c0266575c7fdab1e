import { disposeOnError } from '../resources.js';
import { Tensor } from '../tensor.js';
import { floats } from '../wasm/memory.js';
import { Dataset, type DatasetInfo } from './dataset.js';

/** A dataset whose numbers are unspecified: features [N, D], and targets [N], or [N, K] for K outputs. */
export function emptyDataset(count: number, width: number, outputs: number | undefined, info?: DatasetInfo): Dataset {
  return disposeOnError((use) => {
    const features = use(new Tensor([count, width], floats(count * width)));
    const shape = outputs === undefined ? [count] : [count, outputs];
    const targets = use(new Tensor(shape, floats(count * (outputs ?? 1))));
    return new Dataset(features, targets, info);
  });
}

/** A dataset of count samples that `fill` writes. */
export function buildDataset(
  count: number,
  width: number,
  fill: (features: Float32Array, targets: Float32Array) => void,
): Dataset {
  return disposeOnError((use) => {
    const data = use(emptyDataset(count, width, undefined));
    fill(data.features.data, data.targets.data);
    return data;
  });
}
