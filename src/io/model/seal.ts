// A safetensors file with a description, and a digest over all of its bytes.
// The class alone: the function sha256 brings a third more code.
import { _SHA256 } from '@noble/hashes/sha2.js';
import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asObject, type JsonObject, parseJson } from '../json.js';
import { buildSafetensors, type TensorLike } from '../safetensors/build.js';
import { LENGTH_BYTES, type Parsed, parseSafetensors } from '../safetensors/parse.js';

/** The version of the files that are written. Those of every version up to it are read. */
export const VERSION = 1;

/** The start of every file's header: the digest comes first, at a fixed place. */
const PREFIX = '{"__metadata__":{"sha256":"';
const AT = LENGTH_BYTES + PREFIX.length;
const ZEROS = '0'.repeat(64);

/** The SHA-256 of a file (FIPS 180-4), its own 64 digits read as zeros. */
function digestOf(bytes: Uint8Array): string {
  const hash = new _SHA256()
    .update(bytes.subarray(0, AT))
    .update(new TextEncoder().encode(ZEROS))
    .update(bytes.subarray(AT + ZEROS.length));
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Writes a file whose `description` is the metadata `adamas`. The same content gives the same bytes. */
export function writeSealed(
  call: string,
  kind: string,
  description: JsonObject,
  tensors: Readonly<Record<string, TensorLike>>,
): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify({ version: VERSION, kind, ...description });
  const bytes = buildSafetensors(call, tensors, { sha256: ZEROS, adamas: text });
  bytes.set(new TextEncoder().encode(digestOf(bytes)), AT);
  return bytes;
}

/** A file whose digest is right, with its description. */
export interface Sealed extends Parsed {
  readonly description: JsonObject;
}

/**
 * Parses such a file, and checks its digest.
 *
 * @param kind - the required kind: 'model' or 'checkpoint'
 * @throws FormatError for any other file, one with a changed byte, and one of a newer version
 */
export function readSealed(call: string, kind: string, bytes: Uint8Array): Sealed {
  const parsed = parseSafetensors(call, bytes);
  const { sha256: digest, adamas } = parsed.metadata;
  if (adamas === undefined) {
    throw new FormatError(
      `${call}: the file has tensors but no description of a ${kind}: read it by readSafetensors and loadStateDict`,
    );
  }
  const prefix = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, AT));
  if (prefix !== PREFIX || digest !== digestOf(bytes)) {
    throw new FormatError(`${call}: the file was damaged or changed: its bytes do not have the SHA-256 that it states`);
  }
  const description = asObject(`${call}: adamas`, parseJson(`${call}: adamas`, adamas));
  const { version, kind: found } = description;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    throw new FormatError(`${call}: version must be a positive whole number, got ${show(version)}`);
  }
  if ((version as number) > VERSION) {
    throw new FormatError(
      `${call}: the file has version ${version}, and this adamas reads up to ${VERSION}: update adamas, or save the file with an older one`,
    );
  }
  if (found !== kind) throw new FormatError(`${call}: the file must be a ${kind}, got ${show(found)}`);
  return { ...parsed, description };
}
