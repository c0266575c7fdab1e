// Entry point `adamas/worker`.
export { fit, type WorkerFitOptions } from './worker/fit.js';
export type { AnyWorker } from './worker/spawn.js';
export type { WorkerData } from './worker/workerData.js';
export { WorkerError } from './worker/workerError.js';
