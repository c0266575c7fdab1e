// Schedules that cycle momentum, and the one that goes by a metric, against values by hand.
import { describe, expect, it } from 'vitest';
import { Adam, CyclicLR, LBFGS, OneCycleLR, parameter, ReduceLROnPlateau, SGD, StepLR } from '../../src/index.js';
import { expectClose, groups, lrOf, run, steps } from '../schedules.js';

describe('momentum', () => {
  it('CyclicLR cycles it against lr: momentum, or beta1', () => {
    const sgd = new SGD([parameter([0])], { lr: 1, momentum: 0.5 });
    const adam = new Adam([parameter([0])]);
    const options = { baseLr: 0, maxLr: 1, stepSizeUp: 2, stepSizeDown: 4, mode: 'triangular2' } as const;
    const schedulers = [new CyclicLR(sgd, options), new CyclicLR(adam, { ...options, maxMomentum: 0.95 })];
    // s h by hand: up in two steps, down in four, the second cycle half as high
    const height = [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0.25, 0.5];
    for (const h of height) {
      expect(sgd.paramGroups[0]!.momentum).toBeCloseTo(0.9 - 0.1 * h, 12);
      expect(adam.paramGroups[0]!.betas[0]).toBeCloseTo(0.95 - 0.15 * h, 12);
      expect(adam.paramGroups[0]!.betas[1]).toBe(0.999);
      expect(sgd.paramGroups[0]!.lr).toBeCloseTo(h, 12);
      for (const scheduler of schedulers) scheduler.step();
    }
    sgd.dispose();
    adam.dispose();
  });

  it('CyclicLR: exp_range, and a function of the cycle or the step', () => {
    const make = (options: object) =>
      run(new CyclicLR(groups({ lr: 1 }), { baseLr: 1, maxLr: 3, stepSizeUp: 1, cycleMomentum: false, ...options }), 6);
    expectClose(make({ mode: 'exp_range', gamma: 0.5 }), [1, 2, 1, 1.25, 1, 1.0625]);
    expectClose(make({ scaleFn: (cycle: number) => cycle }), [1, 3, 1, 5, 1, 7]);
    expectClose(make({ scaleFn: (step: number) => step, scaleMode: 'iterations' }), [1, 3, 1, 7, 1, 11]);
  });

  it.each(['cos', 'linear'] as const)('OneCycleLR cycles it against lr: %s', (annealStrategy) => {
    const adam = new Adam([parameter([0])]);
    const scheduler = new OneCycleLR(adam, { maxLr: 1, totalSteps: 11, pctStart: 5 / 11, annealStrategy });
    const anneal = (from: number, to: number, p: number) =>
      annealStrategy === 'cos' ? to + ((from - to) / 2) * (1 + Math.cos(Math.PI * p)) : from + (to - from) * p;
    for (let t = 0; t <= 10; t++) {
      const [lr, beta1] =
        t <= 4
          ? [anneal(0.04, 1, t / 4), anneal(0.95, 0.85, t / 4)]
          : [anneal(1, 4e-6, (t - 4) / 6), anneal(0.85, 0.95, (t - 4) / 6)];
      expectClose([adam.paramGroups[0]!.lr, adam.paramGroups[0]!.betas[0]], [lr, beta1], 1e-9);
      if (t < 10) scheduler.step();
    }
    scheduler.step(); // as torch allows
    expect(() => scheduler.step()).toThrow(
      new RangeError('OneCycleLR: the number of steps must be at most 11, got 12'),
    );
    adam.dispose();
  });

  it('OneCycleLR in three phases falls back to where it started, and then on', () => {
    const sgd = new SGD([parameter([0])], { lr: 1, momentum: 0.5 });
    const options = { maxLr: 1, epochs: 2, stepsPerEpoch: 5, pctStart: 0.4, annealStrategy: 'linear' } as const;
    const scheduler = new OneCycleLR(sgd, { ...options, divFactor: 4, finalDivFactor: 5, threePhase: true });
    const got = steps(10, () => {
      const { lr, momentum } = sgd.paramGroups[0]!;
      scheduler.step();
      return [lr, momentum].map((x) => Number(x.toFixed(9)));
    });
    expect(got.map(([lr]) => lr)).toEqual([0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0.183333333, 0.116666667, 0.05]);
    expect(got.map(([, momentum]) => momentum)).toEqual(
      [95, 91.666666667, 88.333333333, 85, 88.333333333, 91.666666667, 95, 95, 95, 95].map((x) =>
        Number((x / 100).toFixed(9)),
      ),
    );
    sgd.dispose();
  });

  it('OneCycleLR whose rise takes no step starts at maxLr', () => {
    const options = { maxLr: 1, totalSteps: 10, pctStart: 0.1, cycleMomentum: false };
    expect(lrOf(new OneCycleLR(groups({ lr: 0 }), options).optimizer)).toBe(1);
  });

  it('cannot be cycled where there is none', () => {
    const lbfgs = new LBFGS([parameter([0])]);
    expect(() => new OneCycleLR(lbfgs, { maxLr: 1, totalSteps: 5 })).toThrow(
      new TypeError('OneCycleLR: cycleMomentum must be false for an optimizer without momentum or betas, got true'),
    );
    const scheduler = new StepLR(lbfgs, { stepSize: 1 });
    scheduler.step();
    expect(lbfgs.paramGroups[0]!.lr).toBe(0.1);
    lbfgs.dispose();
  });
});

describe('ReduceLROnPlateau', () => {
  const reductions = (options: object, metrics: number[]) => {
    const scheduler = new ReduceLROnPlateau(groups({ lr: 1 }), { patience: 0, factor: 0.5, ...options });
    return metrics.map((metric) => {
      scheduler.step(metric);
      return scheduler.lastLr[0];
    });
  };

  it.each([
    [{ mode: 'min', threshold: 0.1 }, [10, 9.5, 8.9, 8.1], [1, 0.5, 0.5, 0.25]],
    [{ mode: 'max', threshold: 0.1 }, [10, 10.5, 11.1, 12], [1, 0.5, 0.5, 0.25]],
    [{ mode: 'min', threshold: 1, thresholdMode: 'abs' }, [10, 9.5, 8.9, 8.1], [1, 0.5, 0.5, 0.25]],
    [{ mode: 'max', threshold: 1, thresholdMode: 'abs' }, [10, 10.5, 11.1, 12], [1, 0.5, 0.5, 0.25]],
    [{ mode: 'max' }, [-5, -6, -4], [1, 0.5, 0.5]],
    [{ cooldown: 2 }, [1, 1, 1, 1, 1, 1], [1, 0.5, 0.5, 0.5, 0.25, 0.25]],
    [{ minLr: 0.4 }, [1, 1, 1, 1], [1, 0.5, 0.4, 0.4]],
    [{ eps: 0.3 }, [1, 1, 1, 1], [1, 0.5, 0.5, 0.5]],
    [{}, [Number.NaN, 1, Infinity, 0.5], [0.5, 0.5, 0.25, 0.25]],
  ])('%o', (options, metrics, lrs) => expect(reductions(options, metrics)).toEqual(lrs));

  it('needs a metric', () => {
    const scheduler = new ReduceLROnPlateau(groups({ lr: 1 }));
    expect(() => scheduler.step()).toThrow(
      "metric must be a number: step(metric), after each epoch (in a fit scheduleEvery: 'epoch'), got undefined",
    );
  });
});
