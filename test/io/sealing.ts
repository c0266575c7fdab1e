// Files of models whose description was changed, with the digest that they should have then.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { readSafetensors } from '../../src/io.js';
import { fileOf } from './hostile.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The description in a file. */
// biome-ignore lint/suspicious/noExplicitAny: whatever stands there
export const describedIn = (bytes: Uint8Array): any => JSON.parse(readSafetensors(bytes).metadata.adamas!);

/** The file with another description, as data or as text. */
export function withDescription(bytes: Uint8Array, description: unknown): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(decoder.decode(bytes.subarray(8, 8 + length)));
  header.__metadata__.adamas = typeof description === 'string' ? description : JSON.stringify(description);
  header.__metadata__.sha256 = '0'.repeat(64);
  const text = JSON.stringify(header);
  const file = fileOf(text.padEnd(8 * Math.ceil(encoder.encode(text).length / 8)), bytes.subarray(8 + length));
  file.set(encoder.encode(bytesToHex(sha256(file))), 8 + '{"__metadata__":{"sha256":"'.length);
  return file;
}
