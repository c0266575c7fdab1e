// Schedules: PyTorch's numbers (test/golden/schedules.json), values by hand, state dicts, composition, momentum.
import { describe, expect, it } from 'vitest';
import * as adamas from '../../src/index.js';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  type OptimizerLike,
  PolynomialLR,
  parameter,
  ReduceLROnPlateau,
  type ScheduledGroup,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
  warmupCosine,
} from '../../src/index.js';
import { kernels } from '../../src/wasm/kernels.js';
import { golden } from '../golden.js';
import { type AnySchedule, expectClose, groups, lrOf, run, steps } from '../schedules.js';

interface Case {
  readonly schedule: string;
  readonly options: object;
  readonly baseLr: number;
  readonly metrics?: number[];
  readonly lrs: number[];
}

const classes = adamas as unknown as Record<string, new (optimizer: OptimizerLike, options: never) => AnySchedule>;
const { cases } = golden<{ cases: Case[] }>('schedules.json');

describe('schedules.json', () => {
  it('holds eleven schedules', () => expect(cases.map(({ schedule }) => classes[schedule])).toHaveLength(11));

  it.each(cases)('$schedule', ({ schedule, options, baseLr, metrics, lrs }) => {
    const optimizer = new SGD([parameter([0])], { lr: baseLr });
    const scheduler = new classes[schedule]!(optimizer, options as never);
    if (metrics === undefined) expectClose(run(scheduler, lrs.length), lrs);
    else {
      const got = metrics.map((metric) => {
        scheduler.step(metric);
        return lrOf(optimizer);
      });
      expectClose(got, lrs);
    }
    optimizer.dispose();
  });
});

describe('cos', () => {
  it("is within 1 ulp of the host's, or 2^-60 next to a zero", () => {
    let worst = 0;
    for (let i = -2000; i <= 200_000; i++) {
      const x = i < 100_000 ? (Math.PI * i) / 1000 : (i * Math.PI) / 7;
      const expected = Math.cos(x);
      const ulp = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52), 2 ** -60);
      worst = Math.max(worst, Math.abs(kernels().cos(x) - expected) / ulp);
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('is exact where it can be', () => {
    expect([0, -0, Math.PI, -Math.PI, 2 * Math.PI].map((x) => kernels().cos(x))).toEqual([1, 1, -1, -1, 1]);
  });
});

/** Torch's closed forms, with the host's math. */
const closed = {
  linear: (start: number, end: number, total: number) => (t: number) =>
    start + ((end - start) * Math.min(t, total)) / total,
  cosine: (base: number, min: number, tMax: number) => (t: number) =>
    min + ((base - min) * (1 + Math.cos((Math.PI * t) / tMax))) / 2,
};
/** Expected lrs printed by torch.optim.lr_scheduler and torch.optim.swa_utils at lr = 0.8. */
describe('MultiplicativeLR and SWALR', () => {
  const lrLambda = (t: number) => 1 - 0.1 * (t % 4);
  const exponential = (o: OptimizerLike) => new ExponentialLR(o, { gamma: 0.9 });
  const multiplicative = (o: OptimizerLike) => new MultiplicativeLR(o, { lrLambda });
  const swa = (o: OptimizerLike) => new SWALR(o, { swaLr: 0.05, annealEpochs: 4 });
  const after = (first: AnyMake, second: AnyMake) => (o: OptimizerLike) =>
    new SequentialLR(o, { schedulers: [first(o), second(o)] as never, milestones: [3] });
  type AnyMake = (optimizer: OptimizerLike) => AnySchedule;
  const printed: readonly [string, AnyMake, readonly number[]][] = [
    ['MultiplicativeLR', multiplicative, [0.8, 0.72, 0.576, 0.4032, 0.4032, 0.36288, 0.290304, 0.2032128]],
    [
      'SWALR',
      (o) => new SWALR(o, { swaLr: 0.05, annealEpochs: 5 }),
      [0.8, 0.7283813728906053, 0.5408813728906053, 0.3091186271093947, 0.1216186271093947, 0.05, 0.05],
    ],
    [
      'SWALR, linear',
      (o) => new SWALR(o, { swaLr: 0.05, annealEpochs: 5, annealStrategy: 'linear' }),
      [0.8, 0.65, 0.5, 0.35, 0.2, 0.05, 0.05],
    ],
    ['SWALR at once', (o) => new SWALR(o, { swaLr: 0.05, annealEpochs: 0 }), [0.05, 0.05, 0.05]],
    [
      'SWALR after another',
      after(exponential, swa),
      [0.8, 0.72, 0.648, 0.5604249275747778, 0.34900000000000014, 0.13757507242522235, 0.05, 0.05],
    ],
    [
      'MultiplicativeLR after another',
      after(exponential, multiplicative),
      [0.8, 0.72, 0.648, 0.648, 0.5832, 0.46656, 0.326592, 0.326592, 0.2939328],
    ],
    ['SWALR before another', after(swa, exponential), [0.8, 0.6901650429449553, 0.42500000000000004, 0.8, 0.72, 0.648]],
    ['MultiplicativeLR before another', after(multiplicative, exponential), [0.8, 0.72, 0.576, 0.8, 0.72, 0.648]],
    [
      'SWALR in a chain',
      (o) => new ChainedScheduler([exponential(o), swa(o)]),
      [0.8, 0.6218807716974935, 0.3485710678118656, 0.12724003089232097, 0.05, 0.05],
    ],
  ];

  it.each(printed)('%s', (_, make, lrs) => {
    expectClose(run(make(groups({ lr: 0.8 })), lrs.length), lrs);
  });
});

describe('composition', () => {
  it('SequentialLR starts each schedule at its milestone from the first lr', () => {
    const optimizer = groups({ lr: 0.5 });
    const schedulers = [
      new LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 }),
      new CosineAnnealingLR(optimizer, { tMax: 10, etaMin: 0.01 }),
      new StepLR(optimizer, { stepSize: 2, gamma: 0.5 }),
    ];
    const scheduler = new SequentialLR(optimizer, { schedulers, milestones: [5, 12] });
    expectClose(run(scheduler, 20), [
      ...steps(5, (t) => 0.5 * closed.linear(0.1, 1, 5)(t)),
      ...steps(7, closed.cosine(0.5, 0.01, 10)),
      ...steps(8, (t) => 0.5 * 0.5 ** Math.floor(t / 2)),
    ]);
  });

  it('SequentialLR holds every schedule that goes by the base lr as well', () => {
    const optimizer = groups({ lr: 0.5, momentum: 0.5 });
    const schedulers = [
      new LambdaLR(optimizer, { lrLambda: (t) => 1 / (t + 1) }),
      new CosineAnnealingWarmRestarts(optimizer, { t0: 2 }),
      new MultiStepLR(optimizer, { milestones: [0, 1], gamma: 0.5 }),
      new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 0.2, stepSizeUp: 2 }),
      new PolynomialLR(optimizer, { totalIters: 4 }),
    ];
    const scheduler = new SequentialLR(optimizer, { schedulers, milestones: [2, 5, 7, 10] });
    const lrs = [0.5, 0.25, 0.5, 0.25, 0.5, 0.25, 0.125, 0.1, 0.15, 0.2, 0.5, 0.375, 0.25];
    expectClose(run(scheduler, 13), lrs);
  });

  it('ChainedScheduler multiplies what its schedules do', () => {
    const optimizer = groups({ lr: 1 });
    const schedulers = [
      new ConstantLR(optimizer, { factor: 0.1, totalIters: 3 }),
      new ExponentialLR(optimizer, { gamma: 0.9 }),
    ];
    const scheduler = new ChainedScheduler(schedulers);
    expect(scheduler.optimizer).toBe(optimizer);
    expectClose(
      run(scheduler, 8),
      steps(8, (t) => (t < 3 ? 0.1 : 1) * 0.9 ** t),
    );
  });

  it('a chain at the head of a sequence takes its first step as any other, as in torch', () => {
    const optimizer = groups({ lr: 1 });
    const chain = new ChainedScheduler([
      new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 }),
      new ExponentialLR(optimizer, { gamma: 0.5 }),
    ]);
    const schedulers = [chain, new ExponentialLR(optimizer, { gamma: 0.25 })];
    const scheduler = new SequentialLR(optimizer, { schedulers, milestones: [3] });
    expect(run(scheduler, 5)).toEqual([0.25, 0.125, 0.125, 1, 0.25]);
  });

  it('a sequence in a chain goes on by itself', () => {
    const optimizer = groups({ lr: 1 });
    const schedulers = [new ConstantLR(optimizer, { factor: 0.5 }), new ExponentialLR(optimizer, { gamma: 0.25 })];
    const sequence = new SequentialLR(optimizer, { schedulers, milestones: [2] });
    const scheduler = new ChainedScheduler([sequence, new StepLR(optimizer, { stepSize: 4, gamma: 0.5 })]);
    expect(run(scheduler, 6)).toEqual([0.5, 0.5, 1, 0.25, 0.03125, 0.0078125]);
  });

  it('warmupCosine is LinearLR and CosineAnnealingLR in sequence', () => {
    const lrs = run(warmupCosine(groups({ lr: 0.4 }), { warmupSteps: 4, totalSteps: 14, etaMin: 0.001 }), 15);
    expectClose(
      lrs,
      steps(15, (t) => (t < 4 ? 0.4 * closed.linear(0.01, 1, 4)(t) : closed.cosine(0.4, 0.001, 10)(t - 4))),
    );
    expect(lrs[14]).toBe(0.001);
    const plain = run(warmupCosine(groups({ lr: 0.4 }), { warmupSteps: 0, totalSteps: 10 }), 11);
    expectClose(plain.slice(0, 10), steps(10, closed.cosine(0.4, 0, 10)));
    expect(plain[10]).toBe(0);
  });
});

describe('the lr at hand', () => {
  it('is what recursive schedules go by: an edit stays', () => {
    const optimizer = groups({ lr: 1 });
    const scheduler = new ExponentialLR(optimizer, { gamma: 0.5 });
    scheduler.step();
    optimizer.paramGroups[0]!.lr = 8;
    scheduler.step();
    expect(scheduler.lastLr).toEqual([4]);
  });

  it('is not what LambdaLR, CosineAnnealingWarmRestarts, CyclicLR and OneCycleLR go by', () => {
    const optimizer = groups({ lr: 1 });
    const scheduler = new LambdaLR(optimizer, { lrLambda: (t) => 2 ** -t });
    optimizer.paramGroups[0]!.lr = 8;
    scheduler.step();
    expect(scheduler.lastLr).toEqual([0.5]);
  });

  it('is remembered as initialLr by the first schedule, and set by OneCycleLR', () => {
    const optimizer = groups({ lr: 1 });
    new ConstantLR(optimizer);
    new ConstantLR(optimizer);
    expect(optimizer.paramGroups[0]!.initialLr).toBe(1);
    new OneCycleLR(optimizer, { maxLr: 5, totalSteps: 9, cycleMomentum: false });
    expect(optimizer.paramGroups[0]!.initialLr).toBe(0.2);
  });
});

describe('groups', () => {
  it('each have their own lr, and functions and bounds of their own', () => {
    const optimizer = groups({ lr: 1, momentum: 0 }, { lr: 2, betas: [0.5, 0.75] });
    run(new LambdaLR(optimizer, { lrLambda: [() => 0.5, (t) => t] }), 4);
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([0.5, 6]);
    new CyclicLR(optimizer, { baseLr: [1, 2], maxLr: [3, 4], stepSizeUp: 1, baseMomentum: [0.25, 0.5] }).step();
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([3, 4]);
    expect(optimizer.paramGroups[0]!.momentum).toBe(0.25);
    expect(optimizer.paramGroups[1]!.betas).toEqual([0.5, 0.75]);
  });

  it('added later take part from the next step on', () => {
    const optimizer = new SGD([parameter([0])], { lr: 1 });
    const schedulers = [
      new ExponentialLR(optimizer, { gamma: 0.5 }),
      new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 0 }),
    ];
    optimizer.addParamGroup({ params: [parameter([0])], lr: 4 });
    for (const scheduler of schedulers) for (const metric of [1, 1]) scheduler.step(metric);
    expect(schedulers[1]!.lastLr).toEqual([0.125, 0.5]);
    optimizer.dispose();
  });

  it('added later, where each had a bound of its own, are refused', () => {
    const optimizer = groups({ lr: 1, momentum: 0 });
    const scheduler = new CyclicLR(optimizer, { baseLr: 1, maxLr: [2] });
    (optimizer.paramGroups as ScheduledGroup[]).push({ lr: 1, momentum: 0 });
    expect(() => scheduler.step()).toThrow(
      new RangeError('CyclicLR: maxLr must be one, or one for each of 2 parameter groups, got [2]'),
    );
  });
});
