import type { Model } from '../nn/model.js';
import type { Optimizer } from '../optim/optimizer.js';

/** Marks a model and an optimizer as busy with a training until the returned resource is disposed. */
// biome-ignore lint/suspicious/noExplicitAny: an optimizer of any options
export function markBusy(model: Model, optimizer: Optimizer<any>): { dispose(): void } {
  model.busy = true;
  optimizer.busy = true;
  return {
    dispose() {
      model.busy = false;
      optimizer.busy = false;
    },
  };
}
