import { type AbortSignalLike, isURL } from '../hostTypes.js';
import type { Every, Keeper } from './keeper.js';
import type { PlaceLike } from './place.js';

/** A place for the checkpoints of a fit, and their interval. */
export interface CheckpointOptions {
  /** A path, a `file:` URL, or a place of `adamas/io`. */
  readonly place: PlaceLike;
  /**
   * Interval of checkpoints: a number of epochs, for `partialFit` of steps; or seconds, which also give checkpoints within an epoch.
   * Default: every epoch; for `partialFit` every 30 seconds. An aborted fit ends with one in any case.
   */
  readonly every?: Every | undefined;
  /** Files that are kept: with 3 the two before are `path.1` and `path.2`. Default 1. */
  readonly keep?: number | undefined;
  /**
   * If true, SIGTERM and SIGINT abort the fit, which ends with a checkpoint and the status 'aborted': in Node, Deno and Bun. A second signal ends
   * the process as usual. Default false.
   */
  readonly onSignal?: boolean | undefined;
}

/** Options of a fit that say where its checkpoints are. */
interface PlaceOptions<Kept> {
  readonly checkpoint?: CheckpointOptions | undefined;
  readonly resume?: Kept | PlaceLike | undefined;
  readonly override?: readonly string[] | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** The same options, with the checkpoint itself where `resume` named its place. */
export type Opened<Options, Kept> = Omit<Options, 'checkpoint' | 'resume'> & { readonly resume?: Kept };

/** Runs a fit with such options: first reads the checkpoint to resume, then passes on a keeper that writes the new ones. */
export type RunInPlaces = <Options extends PlaceOptions<Kept>, Kept extends object, Result>(
  call: string,
  options: Options,
  run: (options: Opened<Options, Kept>, keeper: Keeper<Kept> | undefined) => Promise<Result>,
) => Promise<Result>;

let provided: RunInPlaces | undefined;

/** Sets the implementation. `adamas/io` calls this when it is loaded, so that a page without checkpoints does not bundle it. */
export function provideCheckpointPlaces(run: RunInPlaces): void {
  provided = run;
}

/** Runs a fit whose options may name places. */
export const runInPlaces: RunInPlaces = async (call, options, run) => {
  const { checkpoint, resume } = Object(options) as PlaceOptions<object>;
  if (checkpoint === undefined && !isPlace(resume)) return run(options as never, undefined);
  if (provided) return provided(call, options, run);
  const name = checkpoint === undefined ? 'resume' : 'checkpoint';
  throw new TypeError(`${call}: ${name} needs adamas/io, which reads and writes checkpoint files: import 'adamas/io'`);
};

/** True for a place, a path or a URL; false for a checkpoint, and for anything else. */
export function isPlace(value: unknown): value is PlaceLike {
  return typeof value === 'string' || isURL(value) || typeof Object(value).read === 'function';
}
