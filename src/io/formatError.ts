/**
 * A file cannot be read: it is cut off, changed, of another format, or of a newer version. The message says which part is wrong. Nothing was
 * loaded.
 *
 * @example
 * ```ts
 * import { FormatError, fromBytes } from 'adamas/io';
 * try {
 *   fromBytes(new Uint8Array(3));
 * } catch (error) {
 *   console.log(error instanceof FormatError); // true
 * }
 * ```
 */
export class FormatError extends RangeError {
  override readonly name = 'FormatError';
}
