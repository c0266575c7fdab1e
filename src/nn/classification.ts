import { fail } from '../validate.js';
import type { LossSpec } from './losses.js';

/** What makes probabilities of outputs. */
export type OutputActivation = 'sigmoid' | 'softmax';

/** A named loss's name; undefined for none, and for one of the user's own. */
export function nameOf(loss: LossSpec | undefined): string | undefined {
  return typeof loss === 'object' ? Object.keys(loss)[0] : typeof loss === 'string' ? loss : undefined;
}

/** The link that a loss has; undefined for one that is not on logits. */
export function outputActivation(loss: LossSpec | undefined): OutputActivation | undefined {
  const name = nameOf(loss);
  return name === 'binaryCrossEntropy' ? 'sigmoid' : name === 'crossEntropy' ? 'softmax' : undefined;
}

/** The link of a model: its loss's, or if none is known, by the number of its outputs. Throws for the loss of a regression. */
export function requireOutputActivation(
  call: string,
  { loss, outputs }: { readonly loss: LossSpec | undefined; readonly outputs: number },
): OutputActivation {
  const link =
    outputActivation(loss) ?? (nameOf(loss) === undefined ? (outputs === 1 ? 'sigmoid' : 'softmax') : undefined);
  if (link === undefined) {
    fail(RangeError, `${call}: the model's loss`, 'be binaryCrossEntropy or crossEntropy', nameOf(loss));
  }
  return link;
}

/** The classes of `rows` rows of K logits, from `at` on into `out`: 0 or 1 for each, or the largest's place in its row. */
export function classify(
  link: OutputActivation,
  logits: Float32Array,
  rows: number,
  K: number,
  out: Uint32Array,
  at = 0,
): void {
  if (link === 'sigmoid') for (let i = 0; i < rows * K; i++) out[at + i] = Number(logits[i]! > 0);
  else {
    for (let r = 0; r < rows; r++) {
      let best = r * K;
      for (let i = best + 1; i < (r + 1) * K; i++) if (logits[i]! > logits[best]!) best = i;
      out[at + r] = best - r * K;
    }
  }
}
