import { UseAfterDisposeError } from '../errors.js';
import type { Disposable } from '../resources.js';
import { Tensor } from '../tensor.js';
import { fail } from '../validate.js';
import type { Layer } from './layer.js';
import type { Loss } from './loss.js';

/** Layers in a chain, as every pass over them needs them: a model is one. */
export interface Network {
  readonly layers: readonly Layer[];
  /** Number of input features. */
  readonly inputs: number;
  /** Number of output features. */
  readonly outputs: number;
  /** Parameters, buffers and generators of all layers. */
  readonly state: readonly Disposable[];
  /** Names of the classes by their indices. */
  readonly classes: readonly string[] | undefined;
}

/** Throws if a parameter, buffer or generator was disposed, be it by itself or with another model that shares the layer. */
export function assertState({ state }: Network): void {
  for (const one of state) {
    if (one.disposed)
      throw new UseAfterDisposeError(`A ${one instanceof Tensor ? 'parameter' : 'layer'} of this model`);
  }
}

/** Throws unless data with these names of classes suits the loss, and each name has the index that it has in `own`. */
export function checkClassNames(
  call: string,
  loss: Loss,
  own: readonly string[] | undefined,
  names: readonly string[] | undefined,
): void {
  if (names === undefined) return;
  if (typeof loss.key === 'string' && !loss.onLogits) {
    const way = 'be crossEntropy or binaryCrossEntropy for targets that are names of classes';
    fail(RangeError, `${call}: loss`, way, loss.key.split(' ')[0]);
  }
  if (own !== undefined && names.some((name, i) => name !== own[i])) {
    fail(RangeError, `${call}: data`, `have the model's classes, ${own.join(', ')}, in this order`, names.join(', '));
  }
}

/** The layers that training goes through, and the last one where that scales targets. */
export function splitScaling(layers: readonly Layer[]): { trained: readonly Layer[]; scaling: Layer | undefined } {
  const last = layers.at(-1);
  return last?.scaleTargets ? { trained: layers.slice(0, -1), scaling: last } : { trained: layers, scaling: undefined };
}

/** Throws unless the loss fits the network. The error begins with `call`. */
export function checkLoss(call: string, loss: Loss, { layers, outputs }: Network): void {
  loss.check?.(outputs);
  if (!loss.onLogits) return;
  const { scaling } = splitScaling(layers);
  if (scaling) {
    fail(
      RangeError,
      `${call}: the last layer`,
      'give logits to this loss, which is for classes',
      `${scaling.name}, which is for a regression: leave it (or scaleTargets) out`,
    );
  }
  const wanted = 'to this loss, which applies the sigmoid or softmax itself';
  checkLogitLayer(call, layers, wanted, 'leave it out; predictProba gives the probabilities');
}

/** Throws if the last layer gives nothing below 0, and so no logits, which are wanted there. The error begins with `call`. */
export function checkLogitLayer(call: string, layers: Network['layers'], wanted: string, way: string): void {
  const last = layers.findLast(({ generator }) => generator === undefined);
  if (!last?.nonNegative) return;
  const got = `${last.name}, which is never negative: ${way}`;
  fail(RangeError, `${call}: the last layer`, `give logits, of either sign, ${wanted}`, got);
}
