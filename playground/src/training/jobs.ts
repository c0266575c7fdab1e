// The jobs of the scenes, each loaded when the first of it starts.
import type { BoundaryCommand, BoundaryMessage } from '../scenes/boundary/job.js';
import type { BoundaryState } from '../scenes/boundary/state.js';
import type { ChapterCommand, ChapterMessage, ScratchMessage } from '../scenes/chapter/job.js';
import type { ChapterState } from '../scenes/chapter/state.js';
import type { LandscapesCommand, LandscapesMessage } from '../scenes/landscapes/job.js';
import type { SpeedInput, SpeedMessage } from '../scenes/speed/job.js';
import type { TableCommand, TableMessage } from '../scenes/table/session.js';
import type { Channel } from './channel.js';

/** Input, messages and commands of each job. */
export interface Jobs {
  readonly chapter: readonly [input: ChapterState, message: ChapterMessage, command: ChapterCommand];
  readonly airfoil: readonly [input: undefined, message: Float32Array, command: never];
  readonly scratch: readonly [input: ChapterState, message: ScratchMessage, command: never];
  readonly landscapes: readonly [input: undefined, message: LandscapesMessage, command: LandscapesCommand];
  readonly boundary: readonly [input: BoundaryState, message: BoundaryMessage, command: BoundaryCommand];
  readonly speed: readonly [input: SpeedInput, message: SpeedMessage, command: never];
  readonly table: readonly [input: undefined, message: TableMessage, command: TableCommand];
}

export type JobName = keyof Jobs;

export type JobFunction<Name extends JobName> = (
  input: Jobs[Name][0],
  channel: Channel<Jobs[Name][1], Jobs[Name][2]>,
) => Promise<void>;

export const JOBS: { readonly [Name in JobName]: () => Promise<JobFunction<Name>> } = {
  chapter: async () => (await import('../scenes/chapter/job.js')).chapterJob,
  airfoil: async () => (await import('../scenes/chapter/job.js')).airfoilJob,
  scratch: async () => (await import('../scenes/chapter/job.js')).scratchJob,
  landscapes: async () => (await import('../scenes/landscapes/job.js')).landscapesJob,
  boundary: async () => (await import('../scenes/boundary/job.js')).boundaryJob,
  speed: async () => (await import('../scenes/speed/job.js')).speedJob,
  table: async () => (await import('../scenes/table/session.js')).tableJob,
};
