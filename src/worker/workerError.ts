/** A worker could not be started, or died before its fit had ended. Model, optimizer and all else are as they were before the fit. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}
