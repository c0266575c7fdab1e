// encodeStateDict and decodeStateDict: what they refuse, and keep.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Adam, decodeStateDict, encodeStateDict, parameter } from '../../src/index.js';

const decode = (entry: object) => () => decodeStateDict({ a: entry });

describe('decodeStateDict', () => {
  it.each([
    null,
    true,
    1234567890123456,
    ['AAAA'],
    {},
    undefined,
    'AAA',
    'A===',
    'AA==AA==',
    'AAAA\n',
    ' AAAA',
    '=AAA',
  ])('refuses %o as base64', (data) => {
    for (const dtype of ['float32', 'uint8']) {
      expect(decode({ dtype, data })).toThrow(`decodeStateDict: encoded.a.data must be base64 of ${dtype} numbers`);
    }
  });

  it.each([[['1']], [[-1, -1]], [[0.5, 2]], [[[1]]], ['x'], [{}], [null], [[2 ** 53]], [[Number.NaN]], [new Array(1)]])(
    'refuses the shape %o',
    (shape) => {
      expect(decode({ dtype: 'float32', shape, data: 'AACAPw==' })).toThrow('decodeStateDict: encoded.a.shape');
    },
  );

  it.each([5, null, 'infinity', '1', '', true])('refuses %o as a number that JSON has not', (data) => {
    expect(decode({ dtype: 'number', data })).toThrow('decodeStateDict: encoded.a.data must be one of Infinity,');
  });

  it('reads what fits', () => {
    expect(decodeStateDict({ a: { dtype: 'uint8', data: 'AAEC' } })).toEqual({ a: new Uint8Array([0, 1, 2]) });
    expect(decodeStateDict({ a: { dtype: 'float32', shape: [1, 1], data: 'AACAPw==' } })).toEqual({
      a: { shape: [1, 1], data: new Float32Array([1]) },
    });
    expect(decodeStateDict({ a: { dtype: 'float32', shape: [2, 0], data: '' } })).toEqual({
      a: { shape: [2, 0], data: new Float32Array() },
    });
    const numbers = { a: [Infinity, -Infinity, Number.NaN, -0, 1.5] };
    expect(decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(numbers))))).toEqual(numbers);
  });

  it('refuses what is no dict', () => {
    for (const wrong of [null, undefined, 5, 'x', new Float32Array(1)]) {
      expect(() => decodeStateDict(wrong as never)).toThrow('decodeStateDict: encoded must be a state dict');
      expect(() => encodeStateDict(wrong as never)).toThrow('encodeStateDict: dict must be a state dict');
    }
  });
});

describe('encodeStateDict', () => {
  it('refuses what is not plain, or holds itself', () => {
    const cyclic: Record<string, unknown> = { b: [] };
    (cyclic.b as unknown[]).push(cyclic);
    for (const [dict, message] of [
      [{ a: () => 1 }, 'dict.a must be plain data, got a function'],
      [{ a: 1n }, 'dict.a must be plain data, got 1'],
      [{ a: new Map() }, 'dict.a must be plain data, got a Map'],
      [parameter([1]), 'dict must be plain data, got a Parameter'],
      [{ a: new Float64Array(1), b: [new BigInt64Array(1)] }, 'dict.b[0] must be of float32'],
      [cyclic, 'dict.b[0] must not hold itself, got a cycle'],
    ] as const) {
      expect(() => encodeStateDict(dict)).toThrow(`encodeStateDict: ${message}`);
    }
    expect(() => decodeStateDict(cyclic)).toThrow('decodeStateDict: encoded.b[0] must not hold itself');
    const shared = [1];
    expect(encodeStateDict({ a: shared, b: shared })).toEqual({ a: [1], b: [1] });
  });

  it('takes arrays and objects of another realm', () => {
    const foreign = runInNewContext('({ a: new Float32Array([1, 2]), b: [{ c: 1 }] })');
    expect(decodeStateDict(encodeStateDict(foreign))).toEqual({ a: new Float32Array([1, 2]), b: [{ c: 1 }] });
  });
});

it('a dict that was not decoded is told by name', () => {
  const w = parameter([1, 2]);
  const optimizer = new Adam([w]);
  optimizer.step();
  const encoded = encodeStateDict(optimizer.stateDict());
  expect(() => optimizer.loadStateDict(encoded as never)).toThrow(
    'state[0].exp_avg must be a Float32Array of 2 numbers, got an encoded float32, which decodeStateDict() reads',
  );
  optimizer.loadStateDict(decodeStateDict(encoded));
});
