// A checkpoint as a file.
import type { ModelStateDict } from '../../nn/stateDict.js';
import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asArray, asObject } from '../json.js';
import { pack, unpack } from '../model/pack.js';
import { readSealed, writeSealed } from '../model/seal.js';
import type { TensorLike } from '../safetensors/build.js';
import { elementsOf } from '../safetensors/dtypes.js';

/** A model's state with other plain data. */
interface Kept {
  readonly model: ModelStateDict;
}

/** The bytes of a checkpoint: a safetensors file with the model under torch's keys. The same checkpoint gives the same bytes. */
export function checkpointBytes(call: string, { model, ...rest }: Kept): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, TensorLike> = { ...model };
  const fields = Object.entries(rest).map(([key, value]) => {
    // A long list of numbers takes less room, and less time, as a tensor.
    const packed = key === 'losses' ? Float64Array.from(value as readonly number[]) : value;
    return [key, pack(call, key, packed, tensors)];
  });
  return writeSealed(call, 'checkpoint', { model: Object.keys(model), state: Object.fromEntries(fields) }, tensors);
}

/**
 * Reads a checkpoint from its bytes. The fit that resumes it checks its content.
 *
 * @throws FormatError for any other file, and for one with a changed byte
 */
export function checkpointOf(call: string, bytes: Uint8Array): Kept {
  const { description, entries } = readSealed(call, 'checkpoint', bytes);
  const unused = new Set(entries.keys());
  const tensors = asArray(`${call}: model`, description.model).map((key) => {
    const entry = entries.get(key as string);
    if (entry?.dtype !== 'F32' || !unused.delete(key as string)) {
      throw new FormatError(`${call}: model: the tensor ${show(key)} must be F32, and must occur once`);
    }
    return [key, { shape: entry.shape, data: elementsOf(entry.dtype, entry.bytes) }];
  });
  const fields = Object.entries(asObject(`${call}: state`, description.state)).map(([key, json]) => {
    const value = unpack(`${call}: ${key}`, json, entries, unused);
    return [key, key === 'losses' && value instanceof Float64Array ? Array.from(value) : value];
  });
  const [extra] = unused;
  if (extra !== undefined) throw new FormatError(`${call}: no part of the file owns the tensor ${show(extra)}`);
  return { ...Object.fromEntries(fields), model: Object.fromEntries(tensors) } as Kept;
}
