// The proof that no bytes break the reader of safetensors: they are read as they are, or refused as no such file.
import fc from 'fast-check';
import { FormatError, readSafetensors, writeSafetensors } from '../../src/io.js';
import { hostile } from '../io/hostile.js';

/** Fails unless these bytes are refused by name, or read as a file that means the same when it is written again. */
export function checkReader(bytes: Uint8Array): 'read' | 'refused' {
  let file: ReturnType<typeof readSafetensors>;
  try {
    file = readSafetensors(bytes);
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
  const held = Object.values(file.tensors).reduce((sum, { data }) => sum + data.length, 0);
  if (held > bytes.length) throw new Error(`${held} numbers out of ${bytes.length} bytes`);
  for (const [key, { shape, data }] of Object.entries(file.tensors)) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (size !== data.length) throw new Error(`${key} has shape ${shape} and ${data.length} numbers`);
  }
  const again = readSafetensors(writeSafetensors(file.tensors, file.metadata));
  const text = (one: typeof file) =>
    JSON.stringify([Object.entries(one.tensors).sort(([a], [b]) => (a < b ? -1 : 1)), one.metadata], (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float32Array, String) : value,
    );
  if (text(again) !== text(file)) throw new Error('a file that means something else when it is written again');
  return 'read';
}

/**
 * Reads `count` hostile files drawn from `seed`.
 *
 * @returns how many of them were read and how many refused
 * @throws what broke, with the file that did it
 */
export function run(count: number, seed: number): Record<'read' | 'refused', number> {
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(hostile, (bytes) => {
      outcomes[checkReader(bytes)]++;
    }),
    { numRuns: count, seed },
  );
  return outcomes;
}
