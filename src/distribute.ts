// Work past one thread and past one machine.
export { type BullMQOptions, bullmq } from './distribute/bullmq.js';
export { type LocalOptions, local } from './distribute/local.js';
export type { FileStore, FileStoreLike } from './distribute/payload.js';
export { QueueError, type RedisConnection } from './distribute/redis.js';
export {
  type JobContext,
  JobTimeoutError,
  type Outcome,
  type Runner,
  type RunOptions,
  type Task,
} from './distribute/runner.js';
export type { Params, Range, Space } from './distribute/search.js';
export { StudyError } from './distribute/study.js';
export { type SweepBest, type SweepResult, sweep } from './distribute/sweep.js';
export type { SweepInput, SweepOptions, SweepOutput, SweepRow } from './distribute/sweepOptions.js';
