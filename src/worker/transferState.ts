import type { Parameter } from '../tensor.js';
import type { FitState } from '../train/checkpoint.js';
import { captureState, type FitParts, loadState } from '../train/fitState.js';
import { isFloat32Array } from '../validate.js';

/** Everything that a fit changes, in the page or in the worker. */
export interface Subject extends FitParts {
  /** The model's parameters, then those that only the optimizer has. */
  readonly parameters: readonly Parameter[];
}

/** The state of a fit, with gradients and with the parameters that only the optimizer has. */
export interface TransferState extends FitState {
  readonly grads: readonly Float32Array[];
  /** Values of the parameters that are not the model's. */
  readonly loose: readonly Float32Array[];
}

/** The state of a subject, as plain data that shares nothing with it. */
export function captureTransfer(subject: Subject): TransferState {
  return {
    ...captureState(subject),
    grads: subject.parameters.map(({ grad }) => grad.slice()),
    loose: looseOf(subject).map(({ data }) => data.slice()),
  };
}

/** Loads a state into a subject, or throws and leaves the subject as it was. */
export function restoreTransfer(subject: Subject, state: TransferState): void {
  const { parameters, average, model } = subject;
  // A disposed parameter throws here, before anything has changed.
  checkArrays('grads', state.grads, parameters);
  checkArrays('loose', state.loose, looseOf(subject));
  average?.assertAverages('fit');
  average?.track(model);
  loadState('fit', subject, state);
  for (const [i, { grad }] of parameters.entries()) grad.set(state.grads[i]!);
  for (const [i, { data }] of looseOf(subject).entries()) data.set(state.loose[i]!);
}

function checkArrays(name: string, arrays: readonly unknown[], parameters: readonly Parameter[]): void {
  const fits = (one: unknown, { data }: Parameter) => isFloat32Array(one) && one.length === data.length;
  if (Array.isArray(arrays) && arrays.length === parameters.length && parameters.every((p, i) => fits(arrays[i], p)))
    return;
  throw new TypeError(`fit: ${name} must hold an array for each of ${parameters.length} parameters`);
}

function looseOf({ model, parameters }: Subject): readonly Parameter[] {
  return parameters.slice(model.parameters().length);
}
