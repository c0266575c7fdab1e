// Safetensors files that lie: made from a seed by breaking sound ones, as text, as bytes and as numbers.
import fc from 'fast-check';
import type { TensorLike } from '../../src/io/safetensors/build.js';
import { writeSafetensors } from '../../src/io.js';

const encoder = new TextEncoder();

/** A file of this header, whatever it says, with `length` as what the first 8 bytes say. */
export function fileOf(header: string, data: Uint8Array, length = BigInt(encoder.encode(header).length)): Uint8Array {
  const text = encoder.encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const key = fc.oneof(
  fc.string({ maxLength: 6 }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.constantFrom('0.weight', '0.bias', 'constructor', 'toString', 'é', '𝄞', '"', '\\'),
);

/** Tensors that can be written. */
export const tensors: fc.Arbitrary<Record<string, TensorLike>> = fc
  .uniqueArray(fc.tuple(key, fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(4)), {
    selector: ([name]) => name,
    maxLength: 5,
  })
  .map((list) =>
    Object.fromEntries(
      list
        .filter(([name]) => name !== '__proto__' && name !== '__metadata__')
        .map(([name, shape, kind]) => {
          const size = shape.reduce((product, axis) => product * axis, 1);
          const values = Array.from({ length: size }, (_, i) => i * 3 - 4);
          const arrays = [
            () => Float32Array.from(values),
            () => Float64Array.from(values),
            () => Int8Array.from(values),
            () => BigInt64Array.from(values, BigInt),
            () => Uint16Array.from(values),
          ] as const;
          return [name, { shape, data: arrays[kind]!() }];
        }),
    ),
  );

const odd = fc.oneof(
  fc.constantFrom<unknown>(-1, 1.5, 2 ** 31, 2 ** 53, 1e308, null, true, 'F32', '', [], {}, [1e9, 1e9], [0, 1e300]),
  fc.integer({ min: -4, max: 40 }),
  fc.array(fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constantFrom(1e300, 0.5, 2 ** 40)), { maxLength: 4 }),
);

/** A header of tensors whose fields are right, wrong or missing, keys twice among them, and as many bytes as there happen to be. */
const lyingHeader = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.oneof(key, fc.constantFrom('__proto__', '__metadata__', '__metadata__')),
        fc.record(
          {
            dtype: fc.oneof(fc.constantFrom<unknown>('F32', 'F16', 'BF16', 'I64', 'BOOL', 'U8', 'C64', 'F8_E4M3'), odd),
            shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), odd),
            data_offsets: fc.oneof(fc.tuple(fc.nat(24), fc.nat(24)), odd),
          },
          { requiredKeys: [] },
        ),
      ),
      { maxLength: 4 },
    ),
    fc.uint8Array({ maxLength: 48 }),
  )
  .map(([fields, data]) => {
    const text = fields.map(([name, info]) => `${JSON.stringify(name)}:${JSON.stringify(info)}`).join(',');
    return fileOf(`{${text}}`, data);
  });

/** A sound file, then cut, lengthened, or with bytes changed. */
const broken = fc
  .tuple(
    tensors,
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }),
    fc.integer({ min: -20, max: 20 }),
    fc.boolean(),
  )
  .map(([given, changes, cut, cuts]) => {
    const sound = writeSafetensors(given, { note: 'sound' });
    const length = cuts ? Math.max(0, sound.length + cut) : sound.length;
    const bytes = new Uint8Array(length);
    bytes.set(sound.subarray(0, length));
    for (const [at, value] of changes) if (at < length) bytes[at] = value;
    return bytes;
  });

/** Text in which parts of JSON stand in any order, and nest. */
const jsonSoup = fc
  .tuple(
    fc.array(
      fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"__proto__"', '"\\', '"\\u12', '-', '0', '1e', 'true', ' '),
      { maxLength: 40 },
    ),
    fc.uint8Array({ maxLength: 8 }),
    fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  )
  .map(([parts, data, length]) => fileOf(`{${parts.join('')}`, data, length ?? undefined));

/** Any of these. */
export const hostile: fc.Arbitrary<Uint8Array> = fc.oneof(
  { arbitrary: lyingHeader, weight: 4 },
  { arbitrary: broken, weight: 4 },
  { arbitrary: jsonSoup, weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 64 }), weight: 1 },
);
