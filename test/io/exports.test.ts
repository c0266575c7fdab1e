// Exports of models: ONNX as onnxruntime runs it and other readers see it, JavaScript as a module by itself.
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import {
  customLayer,
  dropout,
  linear,
  linearRegression,
  logisticRegression,
  type Model,
  sequential,
  softmaxRegression,
} from '../../src/index.js';
import { toJavaScript, toONNX } from '../../src/io.js';
import { run } from '../prove/exports.js';
import { nestedModel, randomModel } from './randomModels.js';

interface Exported {
  readonly inputs: number;
  readonly outputs: number;
  readonly classes?: string[];
  predict(rows: unknown): Float32Array;
}
const moduleOf = async (text: string) =>
  (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Exported;

const outputsOf = async (bytes: Uint8Array, features: Float32Array, inputs: number) => {
  const session = await ort.InferenceSession.create(bytes);
  const { outputs } = await session.run({
    features: new ort.Tensor('float32', features, [features.length / inputs, inputs]),
  });
  return outputs!;
};

describe('both exports', () => {
  it('predict what the model does: models of all layers', async () => {
    const { kinds, onnx, javascript } = await run(40, 0);
    expect(kinds.size).toBe(15);
    expect(onnx).toBeLessThan(1e-5);
    expect(javascript).toBeLessThan(1e-5);
  }, 60_000);

  it.each<[string, () => Model]>([
    ['sigmoid', () => logisticRegression({ inputs: 2, outputs: 2, seed: 1 })],
    ['softmax', () => softmaxRegression({ inputs: 2, classes: 3, seed: 1 })],
  ])('give probabilities when asked to: %s', async (_, make) => {
    const model = make();
    const x = new Float32Array([1, 2, -3, 4]);
    const expected = Array.from(model.predictProba(x));
    const { data } = await outputsOf(toONNX(model, { probabilities: true }), x, 2);
    const { predict } = await moduleOf(toJavaScript(model, { probabilities: true }));
    expected.forEach((value, i) => {
      expect((data as Float32Array)[i]).toBeCloseTo(value, 6);
      expect(predict(x)[i]).toBeCloseTo(value, 6);
    });
    model.dispose();
  });

  it('bring the names of classes, of a schema too', async () => {
    const model = softmaxRegression({ inputs: 2, classes: 3, seed: 1 });
    const classes = ['a', 'b"', 'é'];
    for (const [from, options] of [
      [model, { classes }],
      [{ model, schema: { classes } }, {}],
    ] as const) {
      const { metadataProps } = fromBinary(ModelProtoSchema, toONNX(from, options));
      expect(metadataProps).toEqual([expect.objectContaining({ key: 'classes', value: JSON.stringify(classes) })]);
      expect((await moduleOf(toJavaScript(from, options))).classes).toEqual(classes);
    }
    model.dispose();
  });

  it('export models within models', async () => {
    const model = nestedModel();
    const x = new Float32Array([1, 2, -3, 4]);
    const { data } = await outputsOf(toONNX(model), x, 2);
    const { predict } = await moduleOf(toJavaScript(model));
    model.predict(x).forEach((value, i) => {
      expect((data as Float32Array)[i]).toBeCloseTo(value, 5);
      expect(predict(x)[i]).toBeCloseTo(value, 5);
    });
    model.dispose();
  });

  it('refuse what cannot be exported', () => {
    const custom = customLayer({ name: 'mine', outputs: (n) => n, forward: (x) => x, backward: (dy) => dy });
    const model = sequential(linear(1, 2), custom);
    const regression = linearRegression({ inputs: 1 });
    for (const [name, to] of Object.entries({ toONNX, toJavaScript })) {
      expect(() => to(model)).toThrow(
        new TypeError(`${name}: layer 1, mine, is written in JavaScript and cannot be exported`),
      );
      expect(() => to({} as never)).toThrow(new TypeError(`${name}: model must be a model, got an object`));
      expect(() => to(regression, { probabilities: true })).toThrow('be binaryCrossEntropy or crossEntropy, got mse');
      expect(() => to(regression, { classes: ['a', 'b', 'c'] })).toThrow(`${name}: classes must be 2 names, got 3`);
      expect(() => to(regression, { classes: [1, 2] as never })).toThrow(`${name}: classes must be an array of names`);
      expect(() => to(regression, { classNames: [] } as never)).toThrow(`${name}: unknown option "classNames"`);
    }
    for (const one of [model, regression]) one.dispose();
  });
});

describe('toONNX', () => {
  it('states opset 17, IR version 8, and a named batch axis', () => {
    const model = sequential(linear(3, 2, { seed: 1 }));
    const { irVersion, opsetImport, producerName, graph } = fromBinary(ModelProtoSchema, toONNX(model));
    expect([Number(irVersion), producerName]).toEqual([8, 'adamas']);
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 17]]);
    const described = ({ name, type }: ValueInfoProto) => {
      const { shape } = type!.value.value as { shape?: { dim: { value: { value?: unknown } }[] } };
      return [name, shape!.dim.map(({ value }) => value.value)];
    };
    expect(graph!.input.map(described)).toEqual([['features', ['batch', 3n]]]);
    expect(graph!.output.map(described)).toEqual([['outputs', ['batch', 2n]]]);
    expect(graph!.initializer.map(({ dims }) => dims)).toEqual([[2n, 3n], [2n]]);
    expect(new Float32Array(graph!.initializer[0]!.rawData.slice().buffer)).toEqual(model.parameters()[0]!.data);
    model.dispose();
  });

  it('exports a model that changes nothing', async () => {
    const model = sequential(linear(2, 2, { init: 'zeros', bias: false }), dropout(0.5));
    model.parameters()[0]!.set([1, 0, 0, 1]);
    const { data, dims } = await outputsOf(toONNX(model), new Float32Array([1, 2, 3, 4]), 2);
    expect([dims, Array.from(data as Float32Array)]).toEqual([
      [2, 2],
      [1, 2, 3, 4],
    ]);
    model.dispose();
  });
});

describe('toJavaScript', () => {
  it('takes rows as arrays, as numbers, as typed arrays, and says its widths', async () => {
    const { model, x, rows } = randomModel(1);
    const made = await moduleOf(toJavaScript(model));
    expect([made.inputs, made.outputs]).toEqual([model.inputs, model.outputs]);
    const nested = Array.from({ length: rows }, (_, r) => [...x.subarray(r * made.inputs, (r + 1) * made.inputs)]);
    for (const given of [nested, [...x], nested.map((row) => Float32Array.from(row)), Float64Array.from(x)]) {
      expect(made.predict(given)).toEqual(made.predict(x));
    }
    model.dispose();
  });

  it('refuses rows that are none', async () => {
    const { predict } = await moduleOf(toJavaScript(sequential(linear(2, 1))));
    expect(() => predict([1])).toThrow(new RangeError('predict: rows must hold rows of 2 numbers, got 1 numbers'));
    expect(() => predict([['a', 1]])).toThrow(new TypeError('predict: rows must hold numbers, got string at 0'));
    expect(() => predict([[1, 2], { length: 2 }])).toThrow('predict: rows must hold numbers, got object at 2');
    expect(() => predict([null])).toThrow('predict: rows must hold numbers, got object at 0');
    expect(() => predict([[1], [2, 3, 4]])).toThrow(new RangeError('predict: row 0 must hold 2 numbers, got 1'));
    expect(() => predict(null)).toThrow('predict: rows must be an array of rows or of numbers, got null');
    expect(() => predict(new DataView(new ArrayBuffer(16)))).toThrow('an array of rows or of numbers, got object');
  });

  it('holds only the functions that it needs', () => {
    const text = toJavaScript(sequential(linear(2, 1)));
    expect(text).toContain('function linear');
    expect(text).not.toMatch(/import|function (erf|softmax|layerNorm)/);
  });
});
