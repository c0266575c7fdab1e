// Safetensors: files as others write and read them, and files that lie.
import { safetensors } from '@jax-js/loaders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear, relu, sequential, tensor } from '../../src/index.js';
import { parseJson } from '../../src/io/json.js';
import { FormatError, readSafetensors, writeSafetensors } from '../../src/io.js';
import { run } from '../prove/safetensors.js';
import { fileOf, tensors } from './hostile.js';

const none = new Uint8Array();
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const info = (dtype: string, shape: unknown, begin: unknown, end: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('writeSafetensors', () => {
  it('writes the bytes of the format', () => {
    const bytes = writeSafetensors({ b: { shape: [2], data: new Uint8Array([7, 8]) } });
    const header = '{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}';
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(56n);
    expect(text(bytes.subarray(8, 64))).toBe(header.padEnd(56));
    expect([...bytes.subarray(64)]).toEqual([7, 8]);
  });

  it('gives the same bytes in any order, larger elements first', () => {
    const a = { shape: [1], data: new Float32Array([1]) };
    const b = { shape: [1], data: new Float64Array([2]) };
    const c = { shape: [], data: new Float32Array([3]) };
    const bytes = writeSafetensors({ a, b, c });
    expect(writeSafetensors({ c, b, a })).toEqual(bytes);
    expect(text(bytes)).toMatch(/"b".*"a".*"c"/);
  });

  it('is read by another reader, to the bit', () => {
    const model = sequential(linear(3, 4, { seed: 1 }), relu(), linear(4, 2, { seed: 2 }));
    const { tensors } = safetensors.parse(writeSafetensors(model.stateDict()));
    for (const [key, { shape, data }] of Object.entries(model.stateDict())) {
      expect(tensors[key]).toEqual({ dtype: 'F32', shape, data });
    }
    model.dispose();
  });

  it('takes tensors, and nothing at all', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors({ t: tensor([1, 2], [2, 1]) }));
    expect(tensors).toEqual({ t: { shape: [2, 1], data: new Float32Array([1, 2]) } });
    expect(metadata).toEqual({});
    expect(readSafetensors(writeSafetensors({}))).toEqual({ tensors: {}, metadata: {}, converted: [] });
  });

  // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
  const refused: readonly [any, any, typeof RangeError | typeof TypeError, string][] = [
    [null, {}, TypeError, 'writeSafetensors: tensors must be an object, got null'],
    [{}, [], TypeError, 'writeSafetensors: metadata must be an object, got []'],
    [{ a: [1] }, {}, TypeError, 'tensors["a"] must be { shape, data: a typed array of numbers }, got [1]'],
    [{ a: { shape: [2], data: new Float32Array(1) } }, {}, RangeError, 'must hold 2 numbers for shape [2], got 1'],
    [{ a: { shape: [-1, -1], data: new Float32Array(1) } }, {}, RangeError, 'shape[0] must be a whole number'],
    [{ a: { shape: ['1'], data: new Float32Array(1) } }, {}, RangeError, 'shape[0] must be a whole number'],
    [{ __metadata__: { shape: [], data: new Float32Array(1) } }, {}, RangeError, 'must have another name'],
    [{ '\ud800': { shape: [], data: new Float32Array(1) } }, {}, TypeError, 'must be well-formed Unicode'],
    [{}, { a: 1 }, TypeError, 'writeSafetensors: metadata.a must be a string, got 1'],
  ];
  it.each(refused)('refuses %#', (given, metadata, Class, message) => {
    expect(() => writeSafetensors(given, metadata)).toThrow(Class);
    expect(() => writeSafetensors(given, metadata)).toThrow(message);
  });
});

describe('readSafetensors', () => {
  it('reads what was written, to the bit', () => {
    const run = ([given, seedless]: [
      Record<string, { shape: readonly number[]; data: ArrayLike<number | bigint> }>,
      string,
    ]) => {
      const { tensors: back, metadata } = readSafetensors(writeSafetensors(given as never, { seedless }));
      expect(Object.keys(back).sort()).toEqual(Object.keys(given).sort());
      for (const [key, { shape, data }] of Object.entries(given)) {
        expect(back[key]).toEqual({ shape, data: Float32Array.from(data as ArrayLike<number>, Number) });
      }
      expect(metadata).toEqual({ seedless });
    };
    const note = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(fc.tuple(tensors, note), run as never), { numRuns: 300, seed: 5 });
  });

  it('converts half precision, integers and float64, and lists them', () => {
    // 1, -2, the smallest and largest halves, infinity, NaN, a zero with a sign.
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x7e00, 0x8000);
    const brain = Uint16Array.of(0x3f80, 0xc040, 0xff80);
    const big = BigInt64Array.of(2n ** 24n + 1n, -1n, 2n ** 62n + 2n ** 38n + 1n);
    const parts = [halves, brain, big, Float64Array.of(0.1, 1), Uint8Array.of(1, 0)] as const;
    const shapes: [string, number][] = [
      ['F16', 7],
      ['BF16', 3],
      ['I64', 3],
      ['F64', 2],
      ['BOOL', 2],
    ];
    let at = 0;
    const fields = shapes.map(([dtype, n], i) => {
      const begin = at;
      at += parts[i]!.byteLength;
      return `"${dtype}":${info(dtype, [n], begin, at)}`;
    });
    const data = new Uint8Array(at);
    at = 0;
    for (const part of parts) {
      data.set(new Uint8Array(part.buffer), at);
      at += part.byteLength;
    }
    const { tensors, converted } = readSafetensors(fileOf(`{${fields.join(',')}}`, data));
    expect(Array.from(tensors.F16!.data)).toEqual([1, -2, 2 ** -24, 65504, Infinity, Number.NaN, -0]);
    expect(Array.from(tensors.BF16!.data)).toEqual([1, -3, -Infinity]);
    // The last lies just above the middle of two float32: rounding twice, by float64 first, would go down.
    expect(Array.from(tensors.I64!.data)).toEqual([2 ** 24, -1, 2 ** 62 + 2 ** 39]);
    expect(Array.from(tensors.F64!.data)).toEqual([Math.fround(0.1), 1]);
    expect(Array.from(tensors.BOOL!.data)).toEqual([1, 0]);
    expect(converted).toEqual([
      { key: 'F16', dtype: 'F16', rounded: 0 },
      { key: 'BF16', dtype: 'BF16', rounded: 0 },
      { key: 'I64', dtype: 'I64', rounded: 2 },
      { key: 'F64', dtype: 'F64', rounded: 1 },
      { key: 'BOOL', dtype: 'BOOL', rounded: 0 },
    ]);
  });

  it('reads bytes at any offset, and shares nothing with them', () => {
    const bytes = writeSafetensors({ a: { shape: [2], data: new Float32Array([1, 2]) } });
    const moved = new Uint8Array(bytes.length + 3).subarray(3);
    moved.set(bytes);
    const { tensors } = readSafetensors(moved);
    moved.fill(0);
    expect(tensors.a!.data).toEqual(new Float32Array([1, 2]));
    expect(readSafetensors(bytes.buffer).tensors).toEqual(tensors);
  });

  const lies: readonly [string, Uint8Array, string][] = [
    ['nothing', none, 'it has 0 bytes, fewer than the 8'],
    ['a length beyond the file', fileOf('{}', none, 3n), 'its header should have 3 bytes, got 2'],
    ['a length of 2^63', fileOf('{}', none, 2n ** 63n), 'its header should have 9223372036854776000 bytes'],
    ['a header of 100 MB', fileOf(`{${' '.repeat(1e8 - 2)}}`, none), 'its header has 100000000 bytes, more than'],
    ['no brace', fileOf(' {}', none), 'its header does not begin with {'],
    ['no UTF-8', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]), 'its header is not UTF-8'],
    ['text after the end', fileOf('{}x', none), 'header is not valid JSON'],
    [
      'a key twice',
      fileOf(`{"a":${info('U8', [1], 0, 1)},"a":${info('U8', [1], 0, 1)}}`, new Uint8Array(1)),
      'a key occurs twice in an object',
    ],
    ['__proto__', fileOf(`{"__proto__":${info('U8', [0], 0, 0)}}`, none), 'the key "__proto__"'],
    ['an escaped __proto__', fileOf(`{"\\u005f_proto__":${info('U8', [0], 0, 0)}}`, none), 'the key "__proto__"'],
    ['deep nesting', fileOf(`{"a":${'['.repeat(100_000)}`, none), 'is not valid JSON'],
    [
      'an overlap',
      fileOf(`{"a":${info('U8', [2], 0, 2)},"b":${info('U8', [2], 1, 3)}}`, new Uint8Array(3)),
      'begins at byte 1, where the one before ends at 2',
    ],
    [
      'a hole',
      fileOf(`{"a":${info('U8', [1], 0, 1)},"b":${info('U8', [1], 2, 3)}}`, new Uint8Array(3)),
      'begins at byte 2, where the one before ends at 1',
    ],
    [
      'bytes that no tensor has',
      fileOf(`{"a":${info('U8', [1], 0, 1)}}`, new Uint8Array(2)),
      'its tensors end at byte 1 of 2',
    ],
    ['a tensor beyond the file', fileOf(`{"a":${info('F32', [1], 0, 4)}}`, new Uint8Array(3)), 'ends at byte 4 of 3'],
    [
      'an end before the beginning',
      fileOf(`{"a":${info('U8', [1], 1, 0)}}`, none),
      'data_offsets must be [begin, end], got [1, 0]',
    ],
    [
      'a huge shape',
      fileOf(`{"a":${info('F32', [1e9, 1e9], 0, 4)}}`, new Uint8Array(4)),
      'takes 4000000000000000000 bytes, got 4',
    ],
    [
      'a shape of infinite size times 0',
      fileOf(`{"a":${info('F32', [...Array(40).fill(2 ** 40), 0], 0, 0)}}`, none),
      'takes NaN bytes, got 0',
    ],
    [
      'a negative axis',
      fileOf(`{"a":${info('F32', [-1, -1], 0, 4)}}`, new Uint8Array(4)),
      'shape[0] must be a whole number',
    ],
    [
      'a fraction',
      fileOf(`{"a":${info('F32', [0.5, 2], 0, 4)}}`, new Uint8Array(4)),
      'shape[0] must be a whole number',
    ],
    ['an unknown type', fileOf(`{"a":${info('C64', [0], 0, 0)}}`, none), 'dtype must be one of U8,'],
    [
      'a type that is a property of objects',
      fileOf(`{"a":${info('constructor', [0], 0, 0)}}`, none),
      'dtype must be one of',
    ],
    ['metadata that are no texts', fileOf('{"__metadata__":{"a":1}}', none), 'its metadata "a" is no string'],
    ['a tensor that is none', fileOf('{"a":[]}', none), 'a must be an object, got []'],
    ['a BOOL of 2', fileOf(`{"a":${info('BOOL', [1], 0, 1)}}`, new Uint8Array([2])), 'a BOOL must be 0 or 1'],
  ];
  it.each(lies)('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it.each(['{"a":1,"a":1}', '{"a":{"b":1,"b":2}}', '{"a\\"":1,"a\\"":1}', '[{"a":":","a":1}]', '{"a":1,"\\u0061":2}'])(
    'refuses a key that stands twice: %s',
    (text) => {
      expect(() => parseJson('x', text)).toThrow('x is not valid JSON: a key occurs twice in an object');
    },
  );

  it.each(['{"a:":":","\\\\":":\\"a:"}', '[":",{"a":[{"b":{"c":":"}}]}]', '"\\\\\\":"', '1'])(
    'takes %s for what it is',
    (text) => {
      expect(parseJson('x', text)).toEqual(JSON.parse(text));
    },
  );

  it('refuses deep nesting', () => {
    expect(parseJson('x', `${'['.repeat(400)}${']'.repeat(400)}`)).toBeDefined();
    for (const depth of [402, 100_000]) {
      expect(() => parseJson('x', `${'['.repeat(depth)}${']'.repeat(depth)}`)).toThrow(/x is not valid JSON/);
    }
  });

  it('refuses what is no bytes', () => {
    expect(() => readSafetensors('x' as never)).toThrow(
      new TypeError('readSafetensors: bytes must be a Uint8Array, got "x"'),
    );
  });

  it('neither breaks nor misreads, whatever it is given', () => {
    const { read, refused } = run(20_000, 1);
    expect(read).toBeGreaterThan(2000);
    expect(refused).toBeGreaterThan(8000);
  });
});
