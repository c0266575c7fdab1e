// What the entry points beside the main one need of it, and nobody else: it stays out of the published types.
import type { Dataset } from './data/dataset.js';
import type { Model } from './nn/model.js';
import type { FitOptions } from './train/fitOptions.js';
import { resolveFitOptions } from './train/resolveOptions.js';

export { kernelsModule } from './wasm/kernels.js';

/** @internal Throws for what `fit` would throw for. */
export function checkFit(model: Model, data: Dataset, options: FitOptions): void {
  resolveFitOptions('fit', model, data, options);
}
