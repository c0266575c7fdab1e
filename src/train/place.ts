import type { URLLike } from '../hostTypes.js';

/** Options of {@link Place.write}. */
export interface WriteOptions {
  /** Files to keep, the new one among them: with 3, those before are kept as `name.1` and `name.2`. Default 1. */
  readonly keep?: number | undefined;
}

/**
 * A place that stores one file of bytes: `file`, `indexedDB`, `opfs`, `handle` and `download` of `adamas/io`, or any object with these
 * two methods.
 */
export interface Place {
  /** Set if `write` follows the option `keep`. */
  readonly keeps?: boolean;
  /** Reads the bytes last written; undefined where there are none. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces them. When it rejects, or the process dies meanwhile, those before should still be there. */
  write(bytes: Uint8Array, options?: WriteOptions): Promise<void>;
}

/** A place, or a path or `file:` URL, which means a file. */
export type PlaceLike = string | URLLike | Place;
