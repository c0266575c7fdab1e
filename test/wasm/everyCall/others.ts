// Calls of `adamas/datasets`, `adamas/io`, `adamas/plot` and `adamas/doctor`.
import {
  airfoil,
  airfoilTable,
  blobs,
  csvBatches,
  csvSchema,
  describe,
  inspectCsv,
  kFolds,
  linearData,
  blobs as makeBlobs,
  parseCsv,
  readCsv,
  readTable,
  scanCsv,
  spiral,
  stratifiedSplit,
  table,
  twoMoons,
} from '../../../src/datasets.js';
import { digest, doctor, report } from '../../../src/doctor.js';
import { softmaxRegression } from '../../../src/index.js';
import {
  download,
  FormatError,
  file,
  fromBytes,
  handle,
  indexedDB,
  load,
  opfs,
  PlaceError,
  readSafetensors,
  save,
  toBytes,
  toJavaScript,
  toONNX,
  writeSafetensors,
} from '../../../src/io.js';
import {
  bars,
  confusionMatrix,
  decisionBoundary,
  lossCurve,
  predictedAgainstTrue,
  scatter,
} from '../../../src/plot.js';
import { type Calls, makeClasses, makeData, makeModel, plain, trained } from './table.js';

const text = 'a,color,y\n1,red,2\n3,green,4\n5,red,6\n7,green,8\n';
const source = [text];
const target = 'y';
const objects = [1, 2, 3, 4].map((a) => ({ a, b: a % 2, y: 3 * a }));

/** A place in memory. */
export function memoryPlace() {
  let bytes: Uint8Array | undefined;
  return {
    read: async () => bytes,
    async write(given: Uint8Array) {
      bytes = given;
    },
  };
}

export const others: Calls = {
  ...plain({
    airfoil: () => airfoil(),
    airfoilTable,
    blobs: () => blobs(9),
    linearData: () => linearData(9),
    spiral: () => spiral(9),
    twoMoons: () => twoMoons(9),
    parseCsv: () => parseCsv(text, { target }),
    readCsv: () => readCsv(source, { target }),
    table: () => table(objects, { target }),
    readTable: () => readTable(objects, { target }),
    scanCsv: () => scanCsv(source, { target }),
    inspectCsv: () => inspectCsv(source, { target }),
    'CsvInspection.describe': async () => (await inspectCsv(source, { target })).describe(),
    'new FormatError': () => new FormatError('mine'),
    'new PlaceError': () => new PlaceError('mine', { cause: 1 } as never),
    file: () => file('/nowhere'),
    indexedDB: () => indexedDB('name'),
    opfs: () => opfs('name'),
    download: () => download('name'),
    handle: () => handle({ getFile() {}, createWritable() {} } as never),
    writeSafetensors: () => writeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } }),
    readSafetensors: () => readSafetensors(writeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } })),
    bars: () => bars({ a: 1, b: 2 }, { label: 'it' }),
    confusionMatrix: () => confusionMatrix({ confusion: [[4, 2], [1, 9]] }), // biome-ignore format: one line
    lossCurve: () => lossCurve({ Adam: { losses: [1, 0.4] } }),
    predictedAgainstTrue: () => predictedAgainstTrue([1, 2], [1, 3]),
    scatter: () => scatter({ measured: [[0, 0.1], [1, 0.9]] }), // biome-ignore format: one line
    doctor,
    report: async () => report(await doctor()),
    digest: () => digest(),
  }),
  csvBatches: () => {
    const schema = scanCsv(source, { target });
    return async () => {
      for await (const _ of csvBatches(source, await schema));
    };
  },
  csvSchema: () => {
    const schema = scanCsv(source, { target });
    return async () => csvSchema(JSON.parse(JSON.stringify(await schema)));
  },
  'CsvSchema.describe': () => {
    const schema = scanCsv(source, { target });
    return async () => (await schema).describe();
  },
  'CsvSchema.toJSON': () => {
    const schema = scanCsv(source, { target });
    return async () => (await schema).toJSON();
  },
  'CsvSchema.transform': () => {
    const schema = scanCsv(source, { target });
    return async () => (await schema).transform([{ a: 1, color: 'red' }]);
  },
  'Table.dispose': (hold) => {
    const one = hold(parseCsv(text, { target }));
    return () => one.dispose();
  },
  describe: (hold) => {
    const data = hold(makeData());
    return () => describe(data);
  },
  kFolds: (hold) => {
    const data = hold(makeData());
    return () => {
      for (const parts of kFolds(data, 3)) for (const part of parts) part.dispose();
    };
  },
  stratifiedSplit: (hold) => {
    const data = hold(makeClasses());
    return () => stratifiedSplit(data, 0.5);
  },
  toBytes: (hold) => {
    const { model, optimizer } = trained(hold);
    return () => toBytes(model, { optimizer });
  },
  fromBytes: (hold) => {
    const { model, optimizer } = trained(hold);
    const bytes = toBytes(model, { optimizer });
    return () => fromBytes(bytes).model;
  },
  save: (hold) => {
    const { model, optimizer } = trained(hold);
    const place = memoryPlace();
    return () => save(model, place, { optimizer });
  },
  load: (hold) => {
    const model = hold(makeModel());
    const place = memoryPlace();
    const saved = save(model, place);
    return async () => {
      await saved;
      return (await load(place)).model;
    };
  },
  toONNX: (hold) => {
    const model = hold(makeModel());
    return () => toONNX(model);
  },
  toJavaScript: (hold) => {
    const model = hold(makeModel());
    return () => toJavaScript(model);
  },
  decisionBoundary: (hold) => {
    const data = hold(blobs(9, { centers: [[0, 0], [2, 2]] } as never)); // biome-ignore format: one line
    const model = hold(softmaxRegression({ inputs: 2, classes: 2 }));
    return () => decisionBoundary(model, data);
  },
};
