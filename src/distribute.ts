// Entry point `adamas/distribute`: sweeps, many models and federated training on threads and on other machines.
export { type BullMQOptions, bullmq } from './distribute/bullmq.js';
export {
  type ClientInput,
  type ClientJob,
  type ClientOutput,
  FederatedError,
  type FederatedResult,
  federated,
} from './distribute/federated.js';
export type { FederatedClient, FederatedOptions, FederatedRound } from './distribute/federatedOptions.js';
export { type FitManyOptions, type FitManyResult, fitMany, type Group, type GroupJob } from './distribute/fitMany.js';
export type { JobsOptions } from './distribute/jobsOptions.js';
export { type LocalOptions, local } from './distribute/local.js';
export type { FileStore, FileStoreLike } from './distribute/payload.js';
export { type Proximal, proximal } from './distribute/proximal.js';
export { QueueError, type RedisConnection } from './distribute/redis.js';
export {
  type BatchOutcome,
  type JobContext,
  JobTimeoutError,
  type Outcome,
  type Runner,
  type RunOptions,
  type Task,
} from './distribute/runner.js';
export type { Params, Range, Space } from './distribute/search.js';
export type { Strategy } from './distribute/strategies.js';
export { StudyError } from './distribute/study.js';
export { type SweepBest, type SweepResult, sweep } from './distribute/sweep.js';
export type { SweepInput, SweepOptions, SweepOutput, SweepRow } from './distribute/sweepOptions.js';
