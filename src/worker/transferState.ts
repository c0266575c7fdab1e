import type { Parameter } from '../tensor.js';
import { captureState, type FitParts, type FitState, loadState } from '../train/fitState.js';

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
  // A parameter that was disposed meanwhile throws here, before anything has changed.
  for (const parameter of subject.parameters) void parameter.data;
  subject.average?.assertAverages('fit');
  loadState('fit', subject, state);
  for (const [i, parameter] of subject.parameters.entries()) parameter.grad.set(state.grads[i]!);
  for (const [i, parameter] of looseOf(subject).entries()) parameter.data.set(state.loose[i]!);
}

function looseOf({ model, parameters }: Subject): readonly Parameter[] {
  return parameters.slice(model.parameters().length);
}
