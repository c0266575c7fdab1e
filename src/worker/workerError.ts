import { AdamasError } from '../errors.js';

/** A worker could not be started, or died before its fit had ended. Model, optimizer and all else are as they were before the fit. */
export class WorkerError extends AdamasError {
  override readonly name = 'WorkerError';
}
