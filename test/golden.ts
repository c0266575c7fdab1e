// Reading the oracle's files in test/golden; their README says what each holds.
import { readFileSync } from 'node:fs';

/** A file of test/golden. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8')) as T;
}

/** base64 of little-endian float32 */
export function decode(base64: string): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** Number of elements of two arrays that differ in any bit. NaNs are equal to each other whatever their bits, which Wasm leaves open. */
export function differing(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}

/** torch's name of an option or a state array: maxExpAvgSq => max_exp_avg_sq */
export function torchName(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
