// Data as plain numbers: the bits of a fit here on a dataset of them, and none of them in this thread's memory.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  BusyError,
  type Checkpoint,
  type Dataset,
  dataset,
  fit as fitHere,
  fitSync,
  LBFGS,
  linear,
  memoryUsage,
  mlp,
  type Progress,
  sequential,
  tensor,
  UseAfterDisposeError,
} from '../../src/index.js';
import '../../src/io.js';
import { fit, type WorkerData, type WorkerFitOptions } from '../../src/worker.js';
import { collected } from '../collected.js';
import { noise, parameterBits } from '../train/byHand.js';
import {
  adamSide,
  common,
  everything,
  expectSame,
  N,
  numbers,
  samples,
  snapshot,
  timeless,
  views,
} from './subjects.js';

const plain = numbers();
const data = samples();

describe('has the bits of a fit here, with features as', () => {
  const { features, targets } = plain;
  it.each<[string, WorkerData]>([
    ['arrays', plain],
    ['typed arrays', { features: features.map((row) => Float32Array.from(row)), targets: Float64Array.from(targets) }],
    ['views of one array', { features: views(Float32Array.from(features.flat()), 4), targets }],
    ['a tensor, and targets as one', { features: tensor(features.flat(), [N, 4]), targets: tensor(targets) }],
    ['rows of both kinds, and targets in rows', { features: mixed(features), targets: targets.map((y) => [y]) }],
  ])('%s', async (_, given) => {
    await expectSame(adamSide, data, undefined, { data: given });
  });
});

function mixed(rows: number[][]): ArrayLike<number>[] {
  return rows.map((row, i) => (i % 2 ? row : Float64Array.from(row)));
}

describe('has the bits of a fit here, with', () => {
  const { features, targets } = plain;
  const held = { features: features.slice(0, 9), targets: targets.slice(0, 9) };
  const heldOut = dataset(held.features, held.targets);
  const options = {
    metrics: ['r2', 'mae'],
    earlyStopping: { patience: 1 },
    sampleWeights: targets.map(Math.abs),
  } as const;

  it.each<[string, WorkerData, WorkerFitOptions['validation']]>([
    ['data and validation', plain, held],
    ['data, and a dataset as validation', plain, heldOut],
    ['validation, and a dataset as data', data, held],
  ])('%s', async (_, given, validation) => {
    await expectSame(adamSide, data, () => ({ ...options, validation: heldOut }), { data: given, validation });
  });

  it('a fraction that is held out, metrics, early stopping and weights', async () => {
    await expectSame(adamSide, data, () => ({ ...options, validation: 0.2 }), { data: plain });
  });

  it('a progress, an order and callbacks', async () => {
    const order = Uint32Array.from({ length: N }, (_, i) => N - 1 - i);
    const calls: string[] = [];
    const more = () => ({
      sampleOrder: async () => order,
      onEpoch: ({ epoch }: { epoch: number }) => void calls.push(`epoch ${epoch}`),
    });
    await expectSame(adamSide, data, more, { data: plain });
    expect(calls.filter((call) => call === 'epoch 2')).toHaveLength(4);
  });

  it('LBFGS', async () => {
    const trained = async (train: typeof fitHere, given: Dataset) => {
      using model = everything();
      using optimizer = new LBFGS(model.parameters());
      return [timeless(await train(model, given, { loss: 'mse', optimizer, epochs: 3 })), parameterBits(model)];
    };
    expect(await trained(fit, plain as never)).toEqual(await trained(fitHere, data));
  });

  it('more than one piece, of rows that divide none', async () => {
    const features = views(Float32Array.from({ length: 7001 * 101 }, noise(3)), 101);
    const targets = new Float32Array(7001).fill(1);
    using large = dataset(features, targets);
    const trained = async (train: typeof fitHere | typeof fitSync, given: Dataset) => {
      using model = sequential(linear(101, 1, { seed: 1 }));
      using optimizer = new Adam(model.parameters());
      const options = { loss: 'mse', optimizer, batchSize: 500, validation: given } as const;
      const { losses, history } = await train(model, given, options);
      return [losses, history[0]!.validationLoss, parameterBits(model)];
    };
    const expected = await trained(fitSync, large);
    expect(await trained(fit, { features, targets } as never)).toEqual(expected);
    // Targets of as many numbers as the features.
    using twin = dataset(features, features);
    const twins = async (train: typeof fitHere, given: Dataset) => {
      using model = mlp({ inputs: 101, hidden: [2], outputs: 101, loss: 'mse', seed: 1 });
      using optimizer = new Adam(model.parameters());
      await train(model, given, { optimizer, batchSize: 500 });
      return parameterBits(model);
    };
    expect(await twins(fit, { features, targets: features } as never)).toEqual(await twins(fitHere, twin));
  });
});

describe('classes', () => {
  const { features, targets: classes } = numbers(3);
  const side = () => adamSide(everything(3));
  const names = classes.map((k) => ['plum', 'fig', 'date'][k]!);
  const oneHot = classes.map((k) => [0, 1, 2].map((j) => Number(j === k)));

  it.each([
    ['indices', classes],
    ['indices in a typed array', Uint8Array.from(classes)],
    ['names', names],
    ['one-hot rows', oneHot],
  ])('as %s, balanced', async (_, targets) => {
    const more = { loss: 'crossEntropy', classWeights: 'balanced', metrics: ['accuracy'] } as const;
    await expectSame(side, dataset(features, targets), () => more, { data: { features, targets } });
  });

  it('as booleans', async () => {
    const targets = classes.map((k) => k > 0);
    const more = { loss: 'binaryCrossEntropy' } as const;
    await expectSame(adamSide, dataset(features, targets), () => more, { data: { features, targets } });
  });

  it('are the names of the model once it has been trained', async () => {
    const { model, optimizer } = side();
    await fit(model, { features, targets: names }, { ...common, loss: 'crossEntropy', optimizer });
    expect([model.loss, model.classes]).toEqual(['crossEntropy', ['date', 'fig', 'plum']]);
  });
});

it('checkpoints are those of a fit here, and a fit goes on from one, in places too', async () => {
  const kept = async (train: typeof fitHere, given: Dataset) => {
    const side = adamSide();
    const all: Checkpoint[] = [];
    const written: Uint8Array[] = [];
    const place = { read: async () => written.at(-1), write: async (bytes: Uint8Array) => void written.push(bytes) };
    const options = { ...common, optimizer: side.optimizer, validation: 0.3 };
    await train(side.model, given, { ...options, epochs: 2, checkpoint: { place } });
    const onCheckpoint = (checkpoint: Checkpoint) => void all.push(checkpoint);
    const result = await train(side.model, given, { ...options, epochs: 4, resume: place, onCheckpoint });
    expect(written.length).toBeGreaterThanOrEqual(2);
    return [timeless(result), all.map(({ history: _, ...rest }) => rest), snapshot(side)];
  };
  expect(await kept(fit, plain as never)).toEqual(await kept(fitHere, data));
});

it.each([Array, Float32Array, tensor])('targets in more than one piece, in %o', async (kind) => {
  const rows = 300_000;
  const all = Float32Array.from({ length: rows }, noise(4));
  const features = tensor(all, [rows, 1]);
  const trained = async (train: typeof fitHere, given: Dataset) => {
    using model = sequential(linear(1, 1, { seed: 1 }));
    using optimizer = new Adam(model.parameters());
    await train(model, given, { loss: 'mse', optimizer, batchSize: 1000 });
    return parameterBits(model);
  };
  const targets = kind === Array ? Array.from(all) : kind === tensor ? tensor(all) : all;
  const found = await trained(fit, { features, targets } as never);
  using made = dataset(features, targets);
  expect(found).toEqual(await trained(fitHere, made));
});

it("takes none of this thread's memory, and tells as much as with a dataset", async () => {
  await collected();
  const { model, optimizer } = adamSide();
  const [before, told] = [memoryUsage(), [] as Progress[]];
  const used: number[] = [];
  const onProgress = (progress: Progress) => {
    told.push(progress);
    used.push(memoryUsage());
  };
  const running = fit(model, plain, { ...common, optimizer, validation: plain, onProgress });
  used.push(memoryUsage());
  const { steps } = await running;
  expect(told.at(-1)!.steps).toBe(steps);
  expect(new Set(used)).toEqual(new Set([before]));
});

describe('an abort', () => {
  const { features, targets: classes } = numbers(3);
  const oneHot = { features, targets: classes.map((k) => [0, 1, 2].map((j) => Number(j === k))) };

  it.each<[string, WorkerData]>([
    ['plain numbers', oneHot],
    ['a dataset', dataset(oneHot.features, oneHot.targets)],
  ])('before or while %s go over: no step is taken', async (_, given) => {
    const side = adamSide(everything(3));
    side.model.loss = 'crossEntropy';
    const before = snapshot(side);
    for (const early of [true, false]) {
      const controller = new AbortController();
      if (early) controller.abort();
      const options = { epochs: 1_000_000, optimizer: side.optimizer, signal: controller.signal };
      const running = fit(side.model, given, options);
      controller.abort();
      expect(await running).toMatchObject({ status: 'aborted', steps: 0 });
      expect(snapshot(side)).toEqual(before);
    }
  });

  it('leaves a checkpoint that the same data go on from', async () => {
    const side = adamSide();
    let bytes: Uint8Array | undefined;
    const write = async (given: Uint8Array) => {
      bytes = given;
    };
    const place = { read: async () => bytes, write };
    const options = { ...common, optimizer: side.optimizer };
    const { status } = await fit(side.model, plain, { ...options, signal: AbortSignal.abort(), checkpoint: { place } });
    expect([status, bytes === undefined]).toEqual(['aborted', false]);
    expect((await fit(side.model, plain, { ...options, resume: place })).status).toBe('completed');
  });
});

it("tensors cannot be disposed until the worker has them, and stay the caller's", async () => {
  const side = adamSide();
  const features = tensor(plain.features.flat(), [N, 4]);
  const running = fit(side.model, { ...plain, features }, { ...common, optimizer: side.optimizer });
  expect(() => features.dispose()).toThrow(BusyError);
  await running;
  features.dispose();
  const after = fit(side.model, { ...plain, features }, { ...common, optimizer: side.optimizer });
  await expect(after).rejects.toBeInstanceOf(UseAfterDisposeError);
});
