// Bytes that are no model, and wrong arguments, are refused by name.
import { describe, expect, it } from 'vitest';
import { Adam, linear, memoryUsage, relu, sequential, UseAfterDisposeError } from '../../src/index.js';
import { FormatError, fromBytes, toBytes } from '../../src/io.js';
import { fileOf } from './hostile.js';
import { describedIn, withDescription } from './sealing.js';

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
const any = (value: unknown) => value as any;

describe('bytes that are no such model', () => {
  const make = () => sequential(linear(2, 3, { seed: 1 }), relu(), linear(3, 1, { seed: 2 }));
  const model = make();
  const bytes = toBytes(model, { optimizer: new Adam(model.parameters()), meta: { a: new Float32Array(2) } });

  it('are refused whichever bit is flipped, and wherever they are cut', () => {
    const used = memoryUsage();
    for (let bit = 0; bit < 8 * bytes.length; bit += 7) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => fromBytes(changed)).toThrow(FormatError);
    }
    for (let end = 0; end < bytes.length; end += 13)
      expect(() => fromBytes(bytes.subarray(0, end))).toThrow(FormatError);
    expect(memoryUsage()).toBe(used);
  });

  it('are refused with both numbers when their version is newer', () => {
    const newer = withDescription(bytes, { ...describedIn(bytes), version: 2 });
    expect(() => fromBytes(newer)).toThrow(
      'fromBytes: the file has version 2, and this adamas reads up to 1: update adamas',
    );
  });

  it('are refused as tensors alone', () => {
    expect(() => fromBytes(fileOf('{}', new Uint8Array()))).toThrow(
      'fromBytes: the file has tensors but no description of a model: read it by readSafetensors and loadStateDict',
    );
  });

  // biome-ignore lint/suspicious/noExplicitAny: whatever stands there
  const edits: readonly [string, (description: any) => unknown, string][] = [
    ['another kind', (d) => ({ ...d, kind: 'checkpoint' }), 'the file must be a model, got "checkpoint"'],
    ['version 0', (d) => ({ ...d, version: 0 }), 'version must be a positive whole number, got 0'],
    ['no JSON', () => '{', 'adamas is not valid JSON'],
    ['a key twice', () => '{"version":1,"version":1}', 'a key occurs twice in an object'],
    ['no layers', (d) => ({ ...d, layers: undefined }), 'layers must be an array, got undefined'],
    ['an empty list', (d) => ({ ...d, layers: [] }), 'sequential: layers must hold at least one layer'],
    ['an unknown layer', (d) => ({ ...d, layers: [{ type: 'constructor' }] }), 'layers[0].type must be one of linear,'],
    [
      'a wrong kind',
      (d) => ({ ...d, layers: [{ ...d.layers[0], bias: 1 }] }),
      'layers[0].bias must be true or false, got 1',
    ],
    [
      'a missing option',
      (d) => ({ ...d, layers: [{ type: 'dropout' }] }),
      'layers[0].p must be in [0, 1), got undefined',
    ],
    ['an unknown option', (d) => ({ ...d, layers: [{ type: 'relu', a: 1 }] }), 'layers[0]: unknown option "a"'],
    [
      'a huge layer',
      (d) => ({ ...d, layers: [{ ...d.layers[0], inputs: 1e9, outputs: 1e6 }] }),
      'the tensor "0.weight" must be F32 [1000000, 1000000000], got F32 [3, 2]',
    ],
    [
      'a layer without tensors in the file',
      (d) => ({ ...d, layers: [...d.layers, d.layers[0]] }),
      'the tensor "3.weight" must be F32 [3, 2], got none',
    ],
    [
      'layers that do not fit',
      (d) => ({ ...d, layers: [d.layers[0], { type: 'layerNorm', n: 2, eps: 0, affine: false }] }),
      'must read the 3 outputs before it',
    ],
    [
      'a tensor that nothing owns',
      (d) => ({ ...d, layers: d.layers.slice(0, 2) }),
      'no part of the file owns the tensor "2.bias"',
    ],
    ['a generator too many', (d) => ({ ...d, generators: ['1'] }), 'generators must be the states of 0 generators'],
    ['an unknown loss', (d) => ({ ...d, loss: 'msee' }), 'loss must be one of'],
    ['an unknown frozen parameter', (d) => ({ ...d, frozen: ['0.w'] }), 'frozen must name parameters, got "0.w"'],
    ['an optimizer without a name', (d) => ({ ...d, optimizer: { state: {} } }), 'optimizer.name must be a string'],
    ['a tensor used twice', (d) => ({ ...d, meta: [d.meta.a, d.meta.a] }), 'the tensor "meta.a" is used twice'],
    ['a tensor that is not there', (d) => ({ ...d, meta: { $tensor: 'x' } }), 'meta cannot be read: "$tensor" of "x"'],
    ['a schema that is none', (d) => ({ ...d, schema: [] }), 'schema must be an object, got []'],
  ];
  it.each(edits)('are refused with %s', (_, edit, message) => {
    const used = memoryUsage();
    const changed = withDescription(bytes, edit(describedIn(bytes)));
    expect(() => fromBytes(changed)).toThrow(FormatError);
    expect(() => fromBytes(changed)).toThrow(message);
    expect(memoryUsage()).toBe(used);
  });

  it('is no empty check: the same edit without a change is read', () => {
    fromBytes(withDescription(bytes, describedIn(bytes))).model.dispose();
  });
});

describe('wrong arguments', () => {
  const model = sequential(linear(1, 1));
  it.each<[string, () => unknown, string]>([
    ['no model', () => toBytes(any({})), 'toBytes: model must be a model, got an object'],
    [
      'an unknown option',
      () => toBytes(model, any({ optimiser: 1 })),
      'toBytes: unknown option "optimiser", expected one of schema',
    ],
    ['no optimizer', () => toBytes(model, any({ optimizer: {} })), 'toBytes: optimizer.stateDict must be a function'],
    ['no schema', () => toBytes(model, any({ schema: {} })), 'toBytes: schema.toJSON must be a function'],
    [
      'a function in meta',
      () => toBytes(model, { meta: { a: [() => {}] } }),
      'toBytes: meta.a.0 must be plain data, got a function',
    ],
    ['a Map in meta', () => toBytes(model, { meta: new Map() }), 'toBytes: meta must be plain data, got a Map'],
    [
      'a reserved key',
      () => toBytes(model, { meta: { $tensor: 'x' } }),
      'toBytes: meta must have other keys, got "$tensor"',
    ],
    ['no bytes', () => fromBytes(any('x')), 'fromBytes: bytes must be a Uint8Array, got "x"'],
    ['no layers', () => fromBytes(new Uint8Array(), { layers: any(1) }), 'fromBytes: layers must be an object, got 1'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('refuses a cycle', () => {
    const meta: Record<string, unknown> = {};
    meta.self = meta;
    expect(() => toBytes(model, { meta })).toThrow('must not nest deeper than 60 levels');
  });

  it('refuses a model that was disposed', () => {
    const gone = sequential(linear(1, 1));
    gone.dispose();
    expect(() => toBytes(gone)).toThrow(UseAfterDisposeError);
  });
});
