// The options of every call that runs jobs, and their checks.
import { isURL } from '../hostTypes.js';
import { abortSignal, type Check, func, type OptionTable, positive, refuse } from '../validate.js';
import type { Runner, RunOptions } from './runner.js';

/** Options that `sweep`, `fitMany` and `federated` have in common. */
export interface JobsOptions extends Pick<RunOptions, 'signal' | 'timeout'> {
  /** Runner of the jobs. Default: `local()`, a thread per core. */
  readonly runner?: Runner | undefined;
}

const url: Check = (name, value) => {
  if (isURL(value) || (typeof value === 'string' && URL.canParse(value))) return;
  refuse(TypeError, name, 'be a URL: new URL("./job.js", import.meta.url)', value);
};

const aRunner: Check = (name, value) => {
  if (typeof (Object(value) as Runner).run !== 'function') {
    refuse(TypeError, name, "be a runner: local() or bullmq({ connection: 'redis://...' })", value);
  }
};

/** Largest delay of a timer, 2^31 - 1 ms, in seconds. */
const LONGEST = 2_147_483;

/** Check of a time in seconds. */
export const seconds: Check = (name, value) => {
  positive(name, value);
  if ((value as number) > LONGEST) refuse(RangeError, name, `be at most ${LONGEST} seconds, 24 days`, value);
};

/** The checks and defaults of {@link JobsOptions}, with the job's module. */
export const JOBS_OPTIONS = {
  job: [url],
  runner: [aRunner, undefined],
  timeout: [seconds, undefined],
  signal: [abortSignal, undefined],
} as const;

/** The checks and defaults of {@link RunOptions}. */
export const RUN_OPTIONS = {
  signal: [abortSignal, undefined],
  timeout: [seconds, undefined],
  deadline: [seconds, undefined],
  onProgress: [func, undefined],
} as const satisfies OptionTable<RunOptions>;
