// States that no schedule can have, and numbers that JSON has not.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ChainedScheduler,
  ConstantLR,
  CyclicLR,
  decodeStateDict,
  ExponentialLR,
  encodeStateDict,
  LambdaLR,
  type OptimizerLike,
  ReduceLROnPlateau,
  SequentialLR,
} from '../../src/index.js';
import { everySchedule } from '../everySchedule.js';
import { groups } from '../schedules.js';

const impossible: Record<string, readonly object[]> = {
  StepLR: [
    { last_epoch: -5 },
    { last_epoch: 0.5 },
    { last_epoch: Infinity },
    { step_size: 0 },
    { step_size: -1 },
    { step_size: 1.5 },
    { gamma: -1 },
    { gamma: Infinity },
    { _last_lr: [-1, 1] },
    { _last_lr: [Infinity, 1] },
    { _last_lr: { 0: 1, 1: 1, length: 2 } },
    { base_lrs: [-1, 1] },
    { base_lrs: 'x' },
    { base_lrs: new Array(2) },
  ],
  MultiStepLR: [{ milestones: { '-1': 1 } }, { milestones: { 2: 0 } }, { milestones: { 2: '1' } }, { milestones: [1] }],
  CosineAnnealingWarmRestarts: [
    { T_0: 0 },
    { T_mult: 0.5 },
    { T_cur: -1 },
    { T_i: 1.5 },
    { T_i: undefined },
    { eta_min: -1 },
  ],
  CyclicLR: [
    { total_size: 0 },
    { step_ratio: 2 },
    { max_lrs: [-1, 1] },
    { base_momentums: [1, 0.5] },
    { mode: 'square' },
  ],
  OneCycleLR: [{ total_steps: 0.5 }, { pct_start: 2 }, { anneal_strategy: 'x' }, { max_momentums: [-1, 0.5] }],
  ReduceLROnPlateau: [
    { mode: 'mean' },
    { factor: 1 },
    { patience: -1 },
    { cooldown_counter: -1 },
    { num_bad_epochs: 0.5 },
    { best: null },
    { best: undefined },
    { best: Number.NaN },
    { threshold_mode: 'x' },
    { eps: Infinity },
    { min_lrs: [-1, 0] },
  ],
  SWALR: [{ anneal_epochs: -1 }, { swa_lrs: [-1, 1] }, { _step_count: -1 }, { anneal_strategy: 5 }],
};

for (const [name, states] of Object.entries(impossible)) {
  it.each(states)(`${name} refuses %o by name, and is then as it was`, (wrong) => {
    const optimizer = groups({ lr: 1, momentum: 0.5 }, { lr: 0.5, momentum: 0.5 });
    const schedule = everySchedule[name]!(optimizer);
    const before = [schedule.stateDict(), structuredClone(optimizer.paramGroups)];
    const [key] = Object.keys(wrong) as [string];
    let error: unknown;
    try {
      schedule.loadStateDict({ ...schedule.stateDict(), ...wrong });
    } catch (thrown) {
      error = thrown;
    }
    expect((error as Error).name).toMatch(/^(Type|Range)Error$/);
    expect((error as Error).message).toContain(`${name}: loadStateDict: dict.${key}`);
    expect([schedule.stateDict(), optimizer.paramGroups]).toEqual(before);
  });
}

describe('schedules in schedules', () => {
  const nested = (o: OptimizerLike) => {
    const schedulers = [new ConstantLR(o, { factor: 0.25 }), new ExponentialLR(o, { gamma: 0.5 })];
    return new SequentialLR(o, { schedulers, milestones: [2] });
  };

  it('refuse what lacks them, or has impossible ones', () => {
    const optimizer = groups({ lr: 1 });
    const schedule = nested(optimizer);
    const before = schedule.stateDict();
    const { _schedulers, ...rest } = before;
    const [first, second] = _schedulers as [object, object];
    for (const [wrong, message] of [
      [{ ...rest, last_epoch: 7 }, 'dict._schedulers must be an array of 2, got undefined'],
      [{ ...rest, _schedulers: [first, undefined] }, 'dict._schedulers.1 must be a object, got undefined'],
      [
        { ...rest, _schedulers: [first, { ...second, gamma: -1 }] },
        'dict._schedulers.1.gamma must be a finite number of at least 0, got -1',
      ],
      [{ ...before, _milestones: [0] }, 'dict._milestones[0] must be a positive whole number, got 0'],
    ] as const) {
      expect(() => schedule.loadStateDict(wrong)).toThrow(message.replace('be a object', 'be an object'));
      expect([schedule.stateDict(), optimizer.paramGroups[0]!.lr]).toEqual([before, 0.25]);
    }
    const chain = new ChainedScheduler([new ConstantLR(groups({ lr: 1 }))]);
    expect(() => chain.loadStateDict({ _last_lr: [1] })).toThrow('_schedulers must be an array of 1, got undefined');
  });
});

describe('numbers of every kind', () => {
  it.each([
    ['min', Infinity, [5, 4, 3, 2, 1]],
    ['max', -Infinity, [1, 2, 3, 4, 5]],
  ] as const)('ReduceLROnPlateau keeps an infinite best: %s', (mode, best, metrics) => {
    const optimizer = groups({ lr: 1 });
    const schedule = new ReduceLROnPlateau(optimizer, { mode, patience: 1, factor: 0.5 });
    schedule.loadStateDict({ ...schedule.stateDict(), best });
    expect(schedule.stateDict().best).toBe(best);
    schedule.loadStateDict(decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(schedule.stateDict())))));
    for (const metric of metrics) schedule.step(metric);
    expect([optimizer.paramGroups[0]!.lr, schedule.stateDict().best]).toEqual([1, metrics[4]]);
    schedule.step(-best);
    expect(schedule.stateDict().best).toBe(-best);
  });

  it('functions of the user give finite numbers of at least 0', () => {
    for (const value of [Number.NaN, Infinity, -1, undefined]) {
      const optimizer = groups({ lr: 1, momentum: 0.5 });
      const scaleFn = (x: number) => (x < 2 ? 1 : (value as number));
      const schedule = new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 1, stepSizeUp: 1, scaleFn });
      schedule.step();
      const before = [schedule.stateDict(), structuredClone(optimizer.paramGroups)];
      expect(() => schedule.step()).toThrow('CyclicLR: scaleFn(2) must be a finite number of at least 0, got');
      expect([schedule.stateDict(), optimizer.paramGroups]).toEqual(before);
      expect(() => new LambdaLR(groups({ lr: 1 }), { lrLambda: () => value as number })).toThrow(
        'LambdaLR: lrLambda(0)',
      );
    }
  });

  it('an lr that grows beyond all numbers is refused, and nothing is changed', () => {
    const optimizer = groups({ lr: 1e10 });
    const schedule = new ExponentialLR(optimizer, { gamma: 0.5 });
    schedule.loadStateDict({ ...schedule.stateDict(), gamma: 1e300 });
    const before = schedule.stateDict();
    expect(() => schedule.step()).toThrow(
      new RangeError('ExponentialLR: the lr of epoch 1 must be a finite number, got Infinity'),
    );
    expect([schedule.stateDict(), optimizer.paramGroups[0]!.lr]).toEqual([before, 1e10]);
  });
});

describe('a relative threshold and metrics below 0', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  beforeEach(() => warn.mockClear());

  it('are told once, and keep PyTorch’s numbers', () => {
    const optimizer = groups({ lr: 1 });
    const schedule = new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.1 });
    for (const metric of [2, -1, -0.95, -0.9]) schedule.step(metric); // each above -0.9 times the best is "better"
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toContain("use thresholdMode: 'abs'");
    expect([optimizer.paramGroups[0]!.lr, schedule.stateDict().best]).toEqual([1, -0.9]);
  });

  it.each([{ thresholdMode: 'abs' as const }, { threshold: 0 }])('not with %o', (options) => {
    const schedule = new ReduceLROnPlateau(groups({ lr: 1 }), options);
    for (const metric of [2, -1, -2]) schedule.step(metric);
    expect(warn).not.toHaveBeenCalled();
  });
});
