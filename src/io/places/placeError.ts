import { AdamasError } from '../../errors.js';

/**
 * A place could not be read or written: no space, no permission, no such folder, a quota. What was there before is whole, and no temporary
 * file is left. The host's own error is the `cause`.
 *
 * @example
 * ```ts
 * import { file, PlaceError } from 'adamas/io';
 * try {
 *   await file('/no/such/folder/model.safetensors').write(new Uint8Array(1));
 * } catch (error) {
 *   console.log(error instanceof PlaceError); // true
 * }
 * ```
 */
export class PlaceError extends AdamasError {
  override readonly name = 'PlaceError';
}

/** The error of a place of this name: `problem`, then the host's reason. */
export function placeError(name: string, problem: string, cause: unknown): PlaceError {
  const { message, name: kind } = Object(cause) as Partial<Error>;
  return new PlaceError(`${name} ${problem}: ${message || kind || String(cause)}`, { cause });
}

/** The problem of a write that failed. */
export const CANNOT_WRITE = 'cannot be written, and is as it was before';
