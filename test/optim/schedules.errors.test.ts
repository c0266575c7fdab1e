// Refusals of schedules.
import { describe, expect, it } from 'vitest';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
  warmupCosine,
} from '../../src/index.js';
import { type AnySchedule, groups } from '../schedules.js';

describe('wrong arguments are refused', () => {
  const o = groups({ lr: 1, momentum: 0 }, { lr: 1, momentum: 0 });
  const other = new StepLR(groups({ lr: 1 }), { stepSize: 1 });
  const plateau = new ReduceLROnPlateau(o);
  const chain = new ChainedScheduler([new StepLR(o, { stepSize: 1 })]);
  const steady = () => new ConstantLR(o);
  const wrong: [string, (value: never) => AnySchedule, unknown[], string][] = [
    ['StepLR: stepSize', (stepSize) => new StepLR(o, { stepSize }), [0, -1, 1.5, NaN, '1'], 'a positive whole number'],
    [
      'StepLR: gamma',
      (gamma) => new StepLR(o, { stepSize: 1, gamma }),
      [-1, NaN, Infinity, '1'],
      'a finite number of at least 0',
    ],
    [
      'StepLR: optimizer',
      (optimizer) => new StepLR(optimizer, { stepSize: 1 }),
      [null, {}, 5, { paramGroups: [{}] }],
      'an optimizer',
    ],
    [
      'MultiStepLR: milestones',
      (milestones) => new MultiStepLR(o, { milestones }),
      [5, undefined],
      'an array of whole numbers',
    ],
    [
      'MultiStepLR: milestones[0]',
      (step) => new MultiStepLR(o, { milestones: [step] }),
      [-1, 0.5, NaN],
      'a whole number of at least 0',
    ],
    [
      'MultiStepLR: gamma',
      (gamma) => new MultiStepLR(o, { milestones: [], gamma }),
      [NaN, -1],
      'a finite number of at least 0',
    ],
    ['ConstantLR: factor', (factor) => new ConstantLR(o, { factor }), [0, -1, 1.5, NaN], 'in (0, 1]'],
    [
      'ConstantLR: totalIters',
      (totalIters) => new ConstantLR(o, { totalIters }),
      [0, NaN, 2.5],
      'a positive whole number',
    ],
    ['LinearLR: startFactor', (startFactor) => new LinearLR(o, { startFactor }), [0, 1.1, NaN], 'in (0, 1]'],
    ['LinearLR: endFactor', (endFactor) => new LinearLR(o, { endFactor }), [-0.1, 1.1, NaN], 'in [0, 1]'],
    ['LinearLR: totalIters', (totalIters) => new LinearLR(o, { totalIters }), [0, NaN], 'a positive whole number'],
    [
      'ExponentialLR: gamma',
      (gamma) => new ExponentialLR(o, { gamma }),
      [undefined, NaN, -1],
      'a finite number of at least 0',
    ],
    [
      'PolynomialLR: totalIters',
      (totalIters) => new PolynomialLR(o, { totalIters }),
      [0, NaN],
      'a positive whole number',
    ],
    ['PolynomialLR: power', (power) => new PolynomialLR(o, { power }), [-1, NaN], 'a finite number of at least 0'],
    [
      'CosineAnnealingLR: tMax',
      (tMax) => new CosineAnnealingLR(o, { tMax }),
      [0, undefined, NaN],
      'a positive whole number',
    ],
    [
      'CosineAnnealingLR: etaMin',
      (etaMin) => new CosineAnnealingLR(o, { tMax: 1, etaMin }),
      [-1, NaN],
      'a finite number of at least 0',
    ],
    [
      'CosineAnnealingWarmRestarts: t0',
      (t0) => new CosineAnnealingWarmRestarts(o, { t0 }),
      [0, 1.5, NaN],
      'a positive whole number',
    ],
    [
      'CosineAnnealingWarmRestarts: tMult',
      (tMult) => new CosineAnnealingWarmRestarts(o, { t0: 1, tMult }),
      [0, 1.5, NaN],
      'a positive whole number',
    ],
    [
      'CyclicLR: baseLr',
      (baseLr) => new CyclicLR(o, { baseLr, maxLr: 1 }),
      [-1, NaN, undefined],
      'a finite number of at least 0',
    ],
    [
      'CyclicLR: maxLr[1]',
      (maxLr) => new CyclicLR(o, { baseLr: 1, maxLr: [1, maxLr] }),
      [-1, NaN],
      'a finite number of at least 0',
    ],
    [
      'CyclicLR: maxLr',
      (maxLr) => new CyclicLR(o, { baseLr: 1, maxLr }),
      [[1], [1, 2, 3]],
      'one, or one for each of 2 parameter groups',
    ],
    [
      'CyclicLR: stepSizeUp',
      (stepSizeUp) => new CyclicLR(o, { baseLr: 1, maxLr: 1, stepSizeUp }),
      [0, NaN],
      'a positive whole number',
    ],
    [
      'CyclicLR: stepSizeDown',
      (stepSizeDown) => new CyclicLR(o, { baseLr: 1, maxLr: 1, stepSizeDown }),
      [0, NaN],
      'a positive whole number',
    ],
    [
      'CyclicLR: mode',
      (mode) => new CyclicLR(o, { baseLr: 1, maxLr: 1, mode }),
      ['square', 1],
      'one of triangular, triangular2, exp_range',
    ],
    [
      'CyclicLR: maxMomentum',
      (maxMomentum) => new CyclicLR(o, { baseLr: 1, maxLr: 1, maxMomentum }),
      [1, -1, NaN],
      'in [0, 1)',
    ],
    [
      'OneCycleLR: totalSteps',
      (totalSteps) => new OneCycleLR(o, { maxLr: 1, totalSteps }),
      [0, 1.5, NaN],
      'a positive whole number',
    ],
    [
      'OneCycleLR: totalSteps, or epochs * stepsPerEpoch,',
      (epochs) => new OneCycleLR(o, { maxLr: 1, epochs }),
      [1, undefined],
      'a positive whole number',
    ],
    [
      'OneCycleLR: pctStart',
      (pctStart) => new OneCycleLR(o, { maxLr: 1, totalSteps: 5, pctStart }),
      [-0.1, 1.1, NaN],
      'in [0, 1]',
    ],
    [
      'OneCycleLR: annealStrategy',
      (annealStrategy) => new OneCycleLR(o, { maxLr: 1, totalSteps: 5, annealStrategy }),
      ['sin'],
      'one of cos, linear',
    ],
    [
      'OneCycleLR: divFactor',
      (divFactor) => new OneCycleLR(o, { maxLr: 1, totalSteps: 5, divFactor }),
      [0, NaN],
      'a finite number above 0',
    ],
    ['ReduceLROnPlateau: factor', (factor) => new ReduceLROnPlateau(o, { factor }), [1, -1, NaN], 'in [0, 1)'],
    ['ReduceLROnPlateau: mode', (mode) => new ReduceLROnPlateau(o, { mode }), ['least'], 'one of min, max'],
    [
      'ReduceLROnPlateau: thresholdMode',
      (thresholdMode) => new ReduceLROnPlateau(o, { thresholdMode }),
      ['none'],
      'one of rel, abs',
    ],
    [
      'ReduceLROnPlateau: patience',
      (patience) => new ReduceLROnPlateau(o, { patience }),
      [-1, 0.5, NaN],
      'a whole number of at least 0',
    ],
    [
      'ReduceLROnPlateau: minLr',
      (minLr) => new ReduceLROnPlateau(o, { minLr }),
      [[0]],
      'one, or one for each of 2 parameter groups',
    ],
    ['LambdaLR: lrLambda', (lrLambda) => new LambdaLR(o, { lrLambda }), [5, undefined], 'a function'],
    [
      'LambdaLR: lrLambda(0)',
      (value) => new LambdaLR(o, { lrLambda: () => value }),
      [NaN, undefined, -1],
      'a finite number of at least 0',
    ],
    [
      'SequentialLR: schedulers',
      (schedulers) => new SequentialLR(o, { schedulers, milestones: [] }),
      [[], 5],
      'an array of schedules',
    ],
    [
      'SequentialLR: schedulers[0]',
      (scheduler) => new SequentialLR(o, { schedulers: [scheduler], milestones: [] }),
      [plateau, {}],
      'a schedule that can be held here',
    ],
    [
      'SequentialLR: schedulers[0]',
      (scheduler) => new SequentialLR(o, { schedulers: [scheduler], milestones: [] }),
      [other],
      'of the same optimizer',
    ],
    [
      'SequentialLR: schedulers[1]',
      (scheduler) => new SequentialLR(o, { schedulers: [steady(), scheduler], milestones: [1] }),
      [chain],
      'a schedule that can be held here',
    ],
    [
      'SequentialLR: milestones',
      (milestones) => new SequentialLR(o, { schedulers: [steady(), steady()], milestones }),
      [[], [1, 2]],
      'an array of 1',
    ],
    [
      'SequentialLR: milestones[0]',
      (step) => new SequentialLR(o, { schedulers: [steady(), steady()], milestones: [step] }),
      [0, NaN],
      'a positive whole number',
    ],
    [
      'ChainedScheduler: schedulers',
      (schedulers) => new ChainedScheduler(schedulers),
      [[], 5, undefined],
      'an array of schedules',
    ],
    [
      'ChainedScheduler: schedulers[0]',
      (scheduler) => new ChainedScheduler([scheduler]),
      [plateau, 5],
      'a schedule that can be held here',
    ],
    [
      'ChainedScheduler: schedulers[1]',
      (scheduler) => new ChainedScheduler([steady(), scheduler]),
      [other],
      'of the same optimizer',
    ],
    [
      'warmupCosine: totalSteps',
      (totalSteps) => warmupCosine(o, { warmupSteps: 5, totalSteps }),
      [5],
      'a whole number of at least 6',
    ],
    [
      'warmupCosine: startFactor',
      (startFactor) => warmupCosine(o, { warmupSteps: 5, totalSteps: 9, startFactor }),
      [0, NaN],
      'in (0, 1]',
    ],
  ];

  it.each(wrong)('%s', (label, attempt, values, expected) => {
    for (const value of values) {
      const before = JSON.stringify(o);
      expect(() => attempt(value as never)).toThrow(`${label} must be ${expected}, got `);
      if (!label.startsWith('Sequential') && !label.startsWith('Chained')) expect(JSON.stringify(o)).toBe(before);
      for (const group of o.paramGroups) Object.assign(group, { lr: 1 });
    }
  });

  it('by TypeError when of the wrong kind, RangeError when of the wrong value', () => {
    expect(() => new StepLR(o, { stepSize: 0 })).toThrow(
      new RangeError('StepLR: stepSize must be a positive whole number, got 0'),
    );
    expect(() => new StepLR(o, {} as never)).toThrow(
      new TypeError('StepLR: stepSize must be a positive whole number, got undefined'),
    );
    expect(() => new StepLR(o, { stepSize: 1, gama: 1 } as never)).toThrow(
      new TypeError('StepLR: unknown option "gama", expected one of stepSize, gamma; did you mean \'gamma\'?'),
    );
    expect(() => new StepLR(o, undefined as never)).toThrow(TypeError);
  });
});
