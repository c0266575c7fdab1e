// Checkpoints of another fit are refused by name; what is overridden goes on with the new value.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  type Checkpoint,
  CosineAnnealingLR,
  dataset,
  decodeStateDict,
  dropout,
  encodeStateDict,
  type FitOptions,
  linear,
  OneCycleLR,
  type Optimizer,
  SequentialLR,
  StepLR,
  tanh,
  tensor,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { timeless } from './byHand.js';
import { checkpointOf, data, good, prepare, refused, rows, y } from './refusedCheckpoints.js';

describe('a checkpoint of another fit is refused by name', () => {
  it('the same fit goes on, also from JSON', () => {
    const json = decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(good))));
    const whole = prepare();
    const result = whole.run({ epochs: 4 });
    for (const resume of [good, json as unknown as Checkpoint]) {
      const one = prepare();
      expect(timeless(one.run({ epochs: 4, resume }))).toEqual(timeless(result));
      expect(one.state()).toEqual(whole.state());
    }
  });

  it('of another class of optimizer', () => {
    refused(good, /same optimizer, Adam, got AdamW/, {}, prepare({}, AdamW));
  });

  const other: [RegExp, Partial<FitOptions>][] = [
    [/same batchSize, 4, or override: \['batchSize'\]/, { batchSize: 3 }],
    [/accumulate/, { accumulate: 2 }],
    [/shuffle/, { shuffle: false }],
    [/dropLast/, { dropLast: true }],
    [/logEvery/, { logEvery: 4 }],
    [/clipGradNorm/, { clipGradNorm: 1 }],
    [/clipGradValue/, { clipGradValue: 1 }],
    [/skipNonFinite/, { skipNonFinite: true }],
    [/scheduleEvery/, { scheduleEvery: 'step' }],
    [/validation/, { validation: 0.25 }],
    [/loss/, { loss: 'l1' }],
    [/loss/, { loss: { huber: { delta: 2 } } }],
    [/metrics/, { metrics: ['mae'] }],
    [/sampleOrder/, { sampleOrder: () => Uint32Array.from(rows, (_, i) => i) }],
    [/data/, { sampleWeights: new Float32Array(12).fill(2) }],
    [/earlyStopping/, { earlyStopping: { patience: 9, monitor: 'loss', minDelta: 1 } }],
  ];
  it.each(other)('%s', (words, more) => {
    refused(good, words, more);
  });

  it.each(other.filter(([words]) => !/early/.test(String(words))))('%s: unless it is overridden', (words, more) => {
    const [name] = /\w+/.exec(words.source.replace('same ', ''))!;
    expect(prepare().run({ epochs: 4, resume: good, ...more, override: [name] }).history).toHaveLength(4);
  });

  it('of other data: any number of it counts, and where a row ends', () => {
    for (let i = 0; i < 12; i++) {
      const features = rows.flat();
      features[2 * i] = features[2 * i]! + 1e-6;
      refused(good, /same data/, {}, prepare(), dataset(tensor(features, [12, 2]), tensor(y)));
      const targets = y.slice();
      targets[i] = targets[i]! + 1e-6;
      refused(good, /same data/, {}, prepare(), dataset(rows, targets));
    }
    refused(good, /same data/, {}, prepare(), dataset([...rows].reverse(), [...y].reverse()));
    refused(good, /same data/, {}, prepare(), dataset(rows.slice(1), y.slice(1)));
  });

  it('of another option of the optimizer, unless it is overridden', () => {
    refused(
      good,
      /same weightDecay of paramGroups\[0\], 0, or override: \['weightDecay'\]/,
      {},
      prepare({}, Adam, { weightDecay: 1 }),
    );
    refused(good, /same lr of paramGroups\[0\], 0.02/, {}, prepare({}, Adam, { lr: 0.5 }));
    const one = prepare({}, Adam, { weightDecay: 1 });
    one.run({ epochs: 4, resume: good, override: ['weightDecay'] });
    expect(one.optimizer.paramGroups[0]!.weightDecay).toBe(1);
  });

  it('lr: overridden, it is that of the optimizer given; without a schedule, both its first and its last value go on', () => {
    const bare = { scheduler: undefined };
    const saved = checkpointOf(prepare(bare), {
      onEpoch: () => {},
    });
    const given = prepare(bare, Adam, { lr: 0.5 });
    refused(saved, /override: \['lr'\]/, bare, given);
    given.run({ epochs: 4, resume: saved, override: ['lr'] });
    expect(given.optimizer.paramGroups[0]!.lr).toBe(0.5);
    const halving = prepare(bare);
    const later = checkpointOf(halving, {
      ...bare,
      epochs: 3,
      onEpoch: () => {
        halving.optimizer.paramGroups[0]!.lr /= 2;
      },
    });
    for (const lr of [0.02, halving.optimizer.paramGroups[0]!.lr]) {
      const one = prepare(bare, Adam, { lr });
      one.run({ epochs: 4, resume: later });
      expect(one.optimizer.paramGroups[0]!.lr).toBe(0.0025);
    }
    // A resumed fit's checkpoint knows the first value, too.
    const again = checkpointOf(prepare(bare), { ...bare, epochs: 5, resume: later });
    expect(prepare(bare).run({ epochs: 6, resume: again }).history).toHaveLength(6);
  });

  it('override is a list of names that a checkpoint holds, and needs one', () => {
    refused(good, /override must be an array of names/, { override: 'lr' as never });
    refused(good, /override\[0\] must be a name/, { override: [3 as never] });
    refused(good, /override must name options that a checkpoint holds.*"rl"/, { override: ['rl'] });
    refused(good, /same optimizer/, { override: ['optimizer'] }, prepare({}, AdamW));
    expect(() => prepare().run({ override: ['lr'] })).toThrow(/needs a checkpoint/);
  });

  it('of other layers, or with other options, unless they are overridden', () => {
    for (const layers of [
      [linear(2, 3, { seed: 1 }), dropout(0.2, { seed: 2 }), linear(3, 1, { seed: 3 })],
      [linear(2, 3, { seed: 1 }), dropout(0.1, { seed: 2 }), linear(3, 1, { seed: 3 }), tanh()],
    ]) {
      const one = prepare({}, Adam, {}, layers);
      refused(good, /same layers, \["linear",2,3,.*\["dropout",0.1,{}\].*, or override: \['layers'\]/, {}, one);
      expect(one.run({ epochs: 4, resume: good, override: ['layers'] }).history).toHaveLength(4);
    }
  });

  it('of other betas, beside a schedule that sets lr alone', () => {
    refused(
      good,
      /same betas of paramGroups\[0\], 0.9,0.999, .*, got 0.8,0.999/,
      {},
      prepare({}, Adam, { betas: [0.8, 0.999] }),
    );
    const cycled = (betas: readonly [number, number]) => {
      const one = prepare({}, Adam, { betas });
      const scheduler = new OneCycleLR(one.optimizer as Optimizer, { maxLr: 0.1, totalSteps: 9 });
      return { one, more: { scheduler, scheduleEvery: 'step' } as const };
    };
    const [first, second] = [cycled([0.9, 0.999]), cycled([0.7, 0.999])];
    const resume = checkpointOf(first.one, first.more);
    expect(second.one.run({ epochs: 3, resume, ...second.more }).history).toHaveLength(3);
  });

  it('of another option of the schedule, unless it is overridden', () => {
    const words = /scheduler must be of a schedule with the same gamma, 0.5, or override: \['scheduler'\] .*, got 0.25/;
    const more = (one: ReturnType<typeof prepare>, resume: Checkpoint, scheduler: FitOptions['scheduler']) => {
      refused(resume, words, { scheduler }, one);
      one.run({ epochs: 4, scheduler, resume, override: ['scheduler'] });
      return one.optimizer.paramGroups[0]!.lr;
    };
    const stepOf = ({ optimizer }: ReturnType<typeof prepare>, gamma: number) =>
      new StepLR(optimizer as Optimizer, { stepSize: 1, gamma });
    const nestedOf = (one: ReturnType<typeof prepare>, gamma: number) => {
      const schedulers = [new StepLR(one.optimizer as Optimizer, { stepSize: 9 }), stepOf(one, gamma)];
      return new SequentialLR(one.optimizer as Optimizer, { schedulers, milestones: [1] });
    };
    const [one, inner, next] = [prepare(), prepare(), prepare()];
    expect(more(one, good, stepOf(one, 0.25))).toBe(0.02 * 0.5 * 0.5 * 0.25 * 0.25);
    const nested = checkpointOf(inner, { scheduler: nestedOf(inner, 0.5) });
    expect(more(next, nested, nestedOf(next, 0.25))).toBe(0.02 * 0.5 * 0.25 * 0.25);
  });

  it('a schedule of another class', () => {
    const one = prepare();
    const scheduler = new CosineAnnealingLR(one.optimizer as Optimizer, { tMax: 9 });
    refused(good, /same scheduler, StepLR, got CosineAnnealingLR/, { scheduler }, one);
  });

  it('in the worker, too', async () => {
    const { model, all } = prepare();
    await expect(workerFit(model, data, { ...all, epochs: 4, batchSize: 3, resume: good })).rejects.toThrow(
      /same batchSize/,
    );
    const whole = prepare();
    whole.run({ epochs: 4, resume: good, batchSize: 3, override: ['batchSize'] });
    const one = prepare();
    await workerFit(one.model, data, { ...one.all, epochs: 4, resume: good, batchSize: 3, override: ['batchSize'] });
    expect(one.state()).toEqual(whole.state());
  });
});
