// Work past one thread and past one machine.
export { type LocalOptions, local } from './distribute/local.js';
export {
  type JobContext,
  JobTimeoutError,
  type Outcome,
  type Runner,
  type RunOptions,
  type Task,
} from './distribute/runner.js';
