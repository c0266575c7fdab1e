// State dicts of models; all kinds of state dicts through JSON.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  BusyError,
  batchNorm,
  dataset,
  decodeStateDict,
  encodeStateDict,
  fit,
  LBFGS,
  linear,
  type Model,
  type ModelStateDict,
  memoryUsage,
  type OptimizerStateDict,
  parameter,
  ReduceLROnPlateau,
  relu,
  sequential,
  UseAfterDisposeError,
} from '../../src/index.js';
import { differing, decode as floatsOf, golden } from '../golden.js';
import { parameterBits } from '../train/byHand.js';

const make = (seed = 1) =>
  sequential(linear(3, 4, { seed }), batchNorm(4), relu(), linear(4, 2, { bias: false, seed: seed + 1 }));
const json = (value: object) => JSON.parse(JSON.stringify(encodeStateDict(value))) as object;
// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
const any = (value: unknown) => value as any;

/** A model that has seen some data, so that its buffers have moved. */
function trained(seed = 1): Model {
  const model = make(seed);
  model.lossAndGrad('mse', new Float32Array([1, 2, 3, 4, 5, 7]), [1, 2, 3, 4]);
  return model;
}

describe('a model', () => {
  it("has torch's keys and shapes, buffers too", () => {
    const model = make();
    const shapes = Object.entries(model.stateDict()).map(([key, { shape }]) => [key, shape]);
    expect(Object.fromEntries(shapes)).toMatchObject({
      '0.weight': [4, 3],
      '0.bias': [4],
      '1.weight': [4],
      '1.bias': [4],
      '1.running_mean': [4],
      '1.running_var': [4],
      '3.weight': [2, 4],
    });
    model.dispose();
  });

  it.each<[string, (dict: ModelStateDict) => ModelStateDict]>([
    ['as it is', (dict) => dict],
    ['structuredClone', (dict) => structuredClone(dict)],
    ['JSON', (dict) => decodeStateDict(json(dict))],
  ])('is the same to the bit after %s', (_, through) => {
    const [from, to] = [trained(1), make(7)];
    const dict = through(from.stateDict());
    expect(to.loadStateDict(dict)).toEqual([]);
    expect(parameterBits(to)).toEqual(parameterBits(from));
    const x = new Float32Array([0.3, -1, 2]);
    expect(to.predict(x)).toEqual(from.predict(x));
    expect(to.stateDict()).toEqual(from.stateDict());
    // It shares nothing with either.
    for (const { data } of Object.values(dict)) data.fill(9);
    expect(to.stateDict()).toEqual(from.stateDict());
    for (const model of [from, to]) model.dispose();
  });

  const refused: readonly [(dict: ModelStateDict) => unknown, typeof RangeError | typeof TypeError, string][] = [
    [
      (dict) => ({ ...dict, '0.bias': undefined }),
      RangeError,
      'loadStateDict: dict must hold "0.bias" of shape [4], got none',
    ],
    [
      (dict) => ({ ...dict, '0.weight': { shape: [3, 4], data: new Float32Array(12) } }),
      RangeError,
      'loadStateDict: dict["0.weight"] must have shape [4, 3] like the model, got [3, 4]',
    ],
    [
      (dict) => ({ ...dict, '3.weight': { shape: [2, 4], data: new Float32Array(7) } }),
      RangeError,
      'loadStateDict: dict["3.weight"].data must hold 8 numbers for shape [2, 4], got 7',
    ],
    [
      (dict) => ({ ...dict, '3.weight': new Float32Array(8) }),
      TypeError,
      'loadStateDict: dict["3.weight"] must be { shape, data: Float32Array }, got Float32Array(8)',
    ],
    [(dict) => ({ ...dict, '4.bias': dict['0.bias'] }), RangeError, 'got "4.bias"'],
    [() => null, TypeError, 'loadStateDict: dict must be an object of tensors by name, got null'],
  ];
  it.each(refused)('refuses %#, and is as it was', (change, Class, message) => {
    const [from, to] = [trained(3), trained(1)];
    const before = to.stateDict();
    const bytes = memoryUsage();
    const load = () => to.loadStateDict(any(change(from.stateDict())));
    expect(load).toThrow(Class);
    expect(load).toThrow(message);
    expect(to.stateDict()).toEqual(before);
    expect(memoryUsage()).toBe(bytes);
    for (const model of [from, to]) model.dispose();
  });

  it('leaves out what does not fit with strict: false, and says what', () => {
    const [from, to] = [trained(3), trained(1)];
    const { '0.bias': _, ...dict } = from.stateDict();
    const before = to.stateDict();
    const wrong = { shape: [1], data: new Float32Array(1) };
    expect(to.loadStateDict({ ...dict, '1.bias': wrong, other: wrong }, { strict: false })).toEqual([
      'loadStateDict: dict must hold "0.bias" of shape [4], got none',
      'loadStateDict: dict["1.bias"] must have shape [4] like the model, got [1]',
      expect.stringContaining('got "other"'),
    ]);
    expect(to.stateDict()).toEqual({ ...from.stateDict(), '0.bias': before['0.bias'], '1.bias': before['1.bias'] });
    expect(() => to.loadStateDict(dict, any({ strict: 1 }))).toThrow('strict must be true or false, got 1');
    expect(() => to.loadStateDict(dict, any({ strickt: false }))).toThrow('loadStateDict: unknown option "strickt"');
    for (const model of [from, to]) model.dispose();
  });

  it('takes views of its own tensors, which others take meanwhile', () => {
    const model = trained(1);
    const dict = model.stateDict();
    const [one, other] = ['0.weight', '0.bias'] as const;
    const swapped = { ...dict };
    const bias = model.parameters()[1]!;
    // The first half of the bias goes to its second: what is written first is read after.
    swapped[one] = { shape: dict[one]!.shape, data: new Float32Array(dict[one]!.data.length).fill(7) };
    swapped[other] = { shape: dict[other]!.shape, data: model.parameters()[0]!.data.subarray(0, bias.size) };
    model.loadStateDict(swapped);
    expect(model.stateDict()[other]!.data).toEqual(dict[one]!.data.slice(0, bias.size));
    model.dispose();
  });

  it('takes keys under other names, by a function or one by one', () => {
    const [from, to, other] = [trained(3), trained(1), trained(2)];
    const dict = from.stateDict();
    const torch = Object.fromEntries(Object.entries(dict).map(([key, one]) => [`net.${key}`, one]));
    expect(to.loadStateDict(torch, { rename: (key) => key.slice(4) })).toEqual([]);
    expect(to.stateDict()).toEqual(dict);
    const { '0.weight': weight, ...more } = dict;
    expect(other.loadStateDict({ ...more, w: weight! }, { rename: { w: '0.weight' } })).toEqual([]);
    expect(other.stateDict()).toEqual(dict);
    expect(() => to.loadStateDict(dict, { rename: () => 'a' })).toThrow(
      'rename must give distinct keys, got "a" twice',
    );
    expect(() => to.loadStateDict(dict, { rename: () => any(1) })).toThrow('rename of "0.weight" must be a key, got 1');
    expect(() => to.loadStateDict(dict, { rename: any(1) })).toThrow('rename must be a function, or an object of keys');
    for (const model of [from, to, other]) model.dispose();
  });

  it('is busy while it is fitted, and gone when disposed', async () => {
    const model = sequential(linear(1, 1));
    const data = dataset([[1], [2]], [1, 2]);
    const optimizer = new Adam(model.parameters());
    const dict = model.stateDict();
    const running = fit(model, data, { loss: 'mse', optimizer, epochs: 100_000 });
    expect(() => model.loadStateDict(dict)).toThrow(BusyError);
    expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias']);
    await running;
    for (const one of [optimizer, model, data]) one.dispose();
    expect(() => model.stateDict()).toThrow(UseAfterDisposeError);
    expect(() => model.loadStateDict(dict)).toThrow(UseAfterDisposeError);
  });
});

describe('through JSON', () => {
  it("an optimizer's dict is the same, and goes on to the bit", () => {
    const params = [parameter([1, -2, 3]), parameter([1, -2, 3])];
    const [one, other] = params.map((p) => new Adam([p], { lr: 0.1, amsgrad: true }));
    const step = (i: 0 | 1) => {
      params[i]!.grad.set([0.1, 0.7, -0.3]);
      (i ? other! : one!).step();
    };
    step(0);
    const dict = one!.stateDict();
    const back = decodeStateDict<OptimizerStateDict>(json(dict));
    expect(back).toEqual(dict);
    params[1]!.set(params[0]!.data.slice());
    other!.loadStateDict(back);
    step(0);
    step(1);
    expect(params[1]!.data).toEqual(params[0]!.data);
    expect(other!.stateDict()).toEqual(one!.stateDict());
  });

  it("LBFGS's float64, and a schedule's infinity", () => {
    const p = parameter([1, 2]);
    const lbfgs = new LBFGS([p]);
    lbfgs.step(() => {
      p.grad.set(p.data);
      return (p.data[0]! ** 2 + p.data[1]! ** 2) / 2;
    });
    expect(decodeStateDict(json(lbfgs.stateDict()))).toEqual(lbfgs.stateDict());
    const schedule = new ReduceLROnPlateau(new Adam([p]));
    expect(decodeStateDict(json(schedule.stateDict()))).toEqual(schedule.stateDict());
    const odd = { a: Infinity, b: -Infinity, c: Number.NaN, d: -0, e: [new Uint8Array([1, 255]), null, 'x', true] };
    expect(decodeStateDict(json(odd))).toEqual(odd);
  });

  it('keeps every bit of large arrays, and of a part of an array', () => {
    const words = Uint32Array.from({ length: 30_001 }, (_, i) => Math.imul(i, 2654435761));
    const values = new Float32Array(words.buffer).subarray(1);
    const { values: back } = decodeStateDict<{ values: Float32Array }>(json({ values }));
    expect(new Uint32Array(back.buffer)).toEqual(words.slice(1));
  });

  it("reads torch's state_dict.json, whose scalars are tensors too", () => {
    const file = golden<{ shapes: number[][]; params: string[]; stateDict: object; grads: string[]; next: string[] }>(
      'state_dict.json',
    );
    const params = file.params.map((values, i) => parameter(floatsOf(values), file.shapes[i]!));
    const optimizer = new Adam([{ params: params.slice(0, 2) }, { params: params.slice(2) }]);
    optimizer.loadStateDict(decodeStateDict(file.stateDict));
    params.forEach((param, i) => {
      param.grad.set(floatsOf(file.grads[i]!));
    });
    optimizer.step();
    params.forEach((param, i) => {
      expect(differing(param.data, floatsOf(file.next[i]!))).toBe(0);
    });
  });

  it.each<[unknown, string]>([
    [{ w: { dtype: 'bfloat16', data: '' } }, 'decodeStateDict: encoded.w.dtype must be one of float32, float64,'],
    [{ w: { dtype: 'float32', data: '###' } }, 'encoded.w.data must be base64 of float32 numbers, got "###"'],
    [{ w: { dtype: 'float32', data: 'AAA=' } }, 'encoded.w.data must be base64 of float32 numbers, got 2 bytes'],
    [
      { w: [{ dtype: 'float32', shape: [2], data: 'AAAAAA==' }] },
      'encoded.w[0].data must hold 2 numbers for shape [2], got 1',
    ],
  ])('refuses %j', (encoded, message) => {
    expect(() => decodeStateDict(any(encoded))).toThrow(message);
  });

  it('refuses an array of a kind that no state dict holds', () => {
    expect(() => encodeStateDict({ a: { b: new BigInt64Array(1) } })).toThrow(
      'encodeStateDict: dict.a.b must be of float32,float64,int32,uint32,uint8, got BigInt64Array(1)',
    );
  });
});
