// State dicts of schedules.
import { describe, expect, it } from 'vitest';
import * as adamas from '../../src/index.js';
import {
  Adam,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  type OptimizerLike,
  parameter,
  StepLR,
  warmupCosine,
} from '../../src/index.js';
import { everySchedule } from '../everySchedule.js';
import { groups } from '../schedules.js';

const fresh = () => new Adam([{ params: [parameter([0])] }, { params: [parameter([0])], lr: 0.5 }], { lr: 0.25 });
const metric = (t: number) => Math.max(1, 5 - t);

it('every schedule is here', () => {
  const schedules = Object.keys(adamas).filter((name) => /LR|Scheduler$|Restarts$|^warmup/.test(name));
  expect(Object.keys(everySchedule).sort()).toEqual(schedules.sort());
});

describe.each(Object.keys(everySchedule))('%s', (name) => {
  const start = everySchedule[name]!;
  const see = ({ paramGroups }: OptimizerLike) => paramGroups.map(({ lr, betas }) => [lr, betas?.[0]]);

  it.each(['alone', 'after the optimizer', 'before the optimizer'])('goes on from any step: loaded %s', (order) => {
    for (let cut = 0; cut < 13; cut++) {
      const [one, other] = [fresh(), fresh()];
      const scheduler = start(one);
      for (let t = 0; t < cut; t++) scheduler.step(metric(t));
      const dict = JSON.parse(JSON.stringify(scheduler.stateDict()));
      const loaded = start(other);
      if (order === 'after the optimizer') other.loadStateDict(one.stateDict());
      loaded.loadStateDict(dict);
      if (order === 'before the optimizer') other.loadStateDict(one.stateDict());
      expect(other.paramGroups.map(({ lr }) => lr)).toEqual(one.paramGroups.map(({ lr }) => lr));
      expect(loaded.stateDict()).toEqual(dict);
      for (let t = cut; t < 13; t++) {
        scheduler.step(metric(t));
        loaded.step(metric(t));
        expect(see(other)).toEqual(see(one));
        expect(loaded.lastLr).toEqual(scheduler.lastLr);
      }
      for (const optimizer of [one, other]) optimizer.dispose();
    }
  });

  it('gives plain data that survives JSON and structuredClone and shares nothing with it', () => {
    const optimizer = fresh();
    const scheduler = start(optimizer);
    const dict = scheduler.stateDict();
    const before = JSON.stringify(dict);
    expect(structuredClone(dict)).toEqual(dict);
    expect(JSON.stringify(scheduler)).toBe(before);
    for (let t = 0; t < 9; t++) scheduler.step(metric(t));
    expect(JSON.stringify(dict)).toBe(before);
    expect(JSON.stringify(scheduler.stateDict())).not.toBe(before);
    optimizer.dispose();
  });

  it('refuses a dict that does not fit, and is then as it was', () => {
    const optimizer = fresh();
    const scheduler = start(optimizer);
    const dict = scheduler.stateDict();
    for (const bad of [{}, null, 5, { ...dict, _last_lr: [1] }, { ...dict, _last_lr: ['a', 'b'] }]) {
      expect(() => scheduler.loadStateDict(bad as never)).toThrow(TypeError);
    }
    expect(scheduler.stateDict()).toEqual(dict);
    optimizer.dispose();
  });
});

describe('state dicts', () => {
  it("have torch's keys", () => {
    const scheduler = new StepLR(groups({ lr: 0.5 }), { stepSize: 2 });
    scheduler.step();
    expect(scheduler.stateDict()).toEqual({
      step_size: 2,
      gamma: 0.1,
      base_lrs: [0.5],
      last_epoch: 1,
      _last_lr: [0.5],
    });
    expect(new CosineAnnealingLR(groups({ lr: 1 }), { tMax: 5 }).stateDict()).toMatchObject({ T_max: 5, eta_min: 0 });
    expect(new CosineAnnealingWarmRestarts(groups({ lr: 1 }), { t0: 5 }).stateDict()).toMatchObject({
      T_0: 5,
      T_mult: 1,
      T_i: 5,
      T_cur: 0,
    });
    expect(warmupCosine(groups({ lr: 1 }), { warmupSteps: 2, totalSteps: 5 }).stateDict()).toMatchObject({
      last_epoch: 0,
      _milestones: [2],
      _schedulers: [{ start_factor: 0.01 }, { T_max: 3 }],
    });
  });

  it("of torch are taken as they are: its options, and keys that we don't have", () => {
    const scheduler = new StepLR(groups({ lr: 0.5 }), { stepSize: 9, gamma: 0.9 });
    scheduler.loadStateDict({
      step_size: 2,
      gamma: 0.5,
      base_lrs: [0.5],
      last_epoch: 1,
      _step_count: 2,
      _is_initial: false,
      _last_lr: [0.5],
    });
    scheduler.step();
    expect(scheduler.lastLr).toEqual([0.25]);
  });

  it('leave an lr that somebody else has set', () => {
    const optimizer = groups({ lr: 0.5 });
    const scheduler = new StepLR(optimizer, { stepSize: 9 });
    optimizer.paramGroups[0]!.lr = 3;
    scheduler.loadStateDict({ ...scheduler.stateDict(), _last_lr: [0.1] });
    expect(optimizer.paramGroups[0]!.lr).toBe(3);
  });

  it('that do not fit are refused with the place of what is wrong', () => {
    const scheduler = warmupCosine(groups({ lr: 1 }), { warmupSteps: 2, totalSteps: 5 });
    const dict = scheduler.stateDict();
    const [first] = dict._schedulers as object[];
    const message = (bad: object) => expect(() => scheduler.loadStateDict({ ...dict, ...bad }));
    message({ _schedulers: [first, { ...first, last_epoch: null }] }).toThrow(
      'SequentialLR: loadStateDict: dict._schedulers.1.last_epoch must be a number, got null',
    );
    message({ _schedulers: [first] }).toThrow('dict._schedulers must be an array of 2, got [an object]');
    message({ last_epoch: Number.NaN }).toThrow('dict.last_epoch must be a number, got NaN');
    expect(scheduler.stateDict()).toEqual(dict);
  });
});
