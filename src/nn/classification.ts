import { fail, refuse } from '../validate.js';
import type { LossSpec } from './losses.js';
import { checkLogitLayer, type Network } from './network.js';

/** The function that turns outputs into probabilities. */
export type OutputActivation = 'sigmoid' | 'softmax';

/** A named loss's name; undefined for none, and for a custom loss. */
export function nameOf(loss: LossSpec | undefined): string | undefined {
  return typeof loss === 'object' ? Object.keys(loss)[0] : typeof loss === 'string' ? loss : undefined;
}

/** Output activation of a loss; undefined for one that does not read logits. */
export function outputActivation(loss: LossSpec | undefined): OutputActivation | undefined {
  const name = nameOf(loss);
  return name === 'binaryCrossEntropy' ? 'sigmoid' : name === 'crossEntropy' ? 'softmax' : undefined;
}

/** Output activation of a model: its loss's, or if none is known, by the number of its outputs. Throws for the loss of a regression. */
export function requireOutputActivation(
  call: string,
  { loss, outputs, layers }: Pick<Network, 'outputs' | 'layers'> & { readonly loss: LossSpec | undefined },
): OutputActivation {
  const activation =
    outputActivation(loss) ?? (nameOf(loss) === undefined ? (outputs === 1 ? 'sigmoid' : 'softmax') : undefined);
  if (activation === undefined) {
    fail(RangeError, `${call}: the model's loss`, 'be binaryCrossEntropy or crossEntropy', nameOf(loss));
  }
  checkLogitLayer(
    call,
    layers,
    'of which it takes the probabilities',
    'leave it out and train on logits, or take predict',
  );
  return activation;
}

/** Writes the classes of `rows` rows of K logits to `out` from `at` on: 0 or 1 for each, or the place of the largest in its row. */
export function classify(
  activation: OutputActivation,
  logits: Float32Array,
  rows: number,
  K: number,
  out: Uint32Array,
  at = 0,
): void {
  if (activation === 'sigmoid') for (let i = 0; i < rows * K; i++) out[at + i] = Number(logits[i]! > 0);
  else {
    for (let r = 0; r < rows; r++) {
      let best = r * K;
      for (let i = best + 1; i < (r + 1) * K; i++) if (logits[i]! > logits[best]!) best = i;
      out[at + r] = best - r * K;
    }
  }
}

/** Throws for a NaN among rows of K logits: its row has no likeliest class. */
export function checkLogits(call: string, logits: Float32Array, K: number): void {
  const at = logits.findIndex(Number.isNaN);
  if (at < 0) return;
  const row = Math.floor(at / K);
  throw new RangeError(
    `${call}: the outputs must be numbers, got NaN in row ${row}, output ${at % K}: look for NaN in the features of row ${row}, and in the weights`,
  );
}

/** Number of classes that this number of outputs distinguishes. */
export function classCount(outputs: number): number {
  return Math.max(outputs, 2);
}

/** The names of a model's classes, copied; throws unless they are distinct, one per class. */
export function checkNames(label: string, names: unknown, outputs: number): readonly string[] {
  if (!Array.isArray(names)) refuse(TypeError, label, 'be an array of names', names);
  const count = classCount(outputs);
  if (names.length !== count) refuse(RangeError, label, `hold ${count} names, one per class`, names.length);
  // Holes are visited, too.
  for (const [i, name] of names.entries()) {
    if (typeof name !== 'string') refuse(TypeError, `${label}[${i}]`, 'be a string', name);
    if (names.indexOf(name) !== i) refuse(RangeError, `${label}[${i}]`, 'differ from those before it', name);
  }
  return Object.freeze([...names]);
}
