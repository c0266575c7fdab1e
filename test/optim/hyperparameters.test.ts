// Every hyperparameter that PyTorch rejects is rejected, and NaN, by a message that says what was expected and what came.
import { describe, expect, it } from 'vitest';
import { memoryUsage } from '../../src/index.js';
import { type Check, show } from '../../src/validate.js';
import { defaultsOf, type OptimizerClass, optimizers } from '../optimizers.js';

const own = () => [new Float32Array([1, 2])];

/** `betas[1]` set to a value, and all else as it stands by default. */
function withValue(Class: OptimizerClass, option: string, value: unknown): Record<string, unknown> {
  const [name, index] = option.split(/[[\]]/) as [string, string | undefined];
  if (index === undefined) return { [name]: value };
  const whole = defaultsOf(Class)[name] as unknown[];
  return { [name]: whole.map((standard, i) => (i === Number(index) ? value : standard)) };
}

/** Every number among the options: `lr`, `betas[0]`, ... */
function numbersOf(Class: OptimizerClass): string[] {
  return Object.entries(defaultsOf(Class)).flatMap(([name, standard]) => {
    if (Array.isArray(standard)) return standard.map((_, i) => `${name}[${i}]`);
    return typeof standard === 'number' ? [name] : [];
  });
}

/** The error that a call throws; undefined if it throws none. */
function thrownBy(call: () => void): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.each([...optimizers])('%s', (name, Class) => {
  const defaults = defaultsOf(Class);
  const table = Class.descriptor.options as Record<string, readonly [Check, unknown?]>;

  it.each(numbersOf(Class))('%s: what breaks its rule, and NaN', (option) => {
    const refusal = (label: string, value: unknown) => {
      const [[key, whole]] = Object.entries(withValue(Class, option, value)) as [[string, unknown]];
      return thrownBy(() => table[key]![0](`${label}: ${key}`, whole)) as RangeError | undefined;
    };
    const bad = [Number.NaN, -1, -1e-300, Infinity, -Infinity, 0, 1, 1.5].filter((value) => refusal(name, value));
    expect(bad.some(Number.isNaN)).toBe(true);
    const before = memoryUsage();
    for (const value of bad) {
      const options = withValue(Class, option, value);
      expect(() => new Class(own(), options)).toThrow(refusal(name, value)!);
      expect(() => new Class([{ params: own(), ...options } as never])).toThrow(refusal(`${name}: params[0]`, value)!);
    }
    for (const value of ['1', true, {}, undefined].slice(0, option.includes('[') ? 4 : 3)) {
      expect(() => new Class(own(), withValue(Class, option, value))).toThrow(TypeError);
    }
    expect(memoryUsage()).toEqual(before);
  });

  it('switches take true and false alone', () => {
    for (const [option, standard] of Object.entries(defaults)) {
      if (typeof standard !== 'boolean') continue;
      for (const value of [0, 1, 'true', null]) {
        const message = `${name}: ${option} must be true or false, got ${show(value)}`;
        expect(() => new Class(own(), { [option]: value })).toThrow(new TypeError(message));
      }
    }
  });

  it('takes every option at its default and as undefined, and no unknown one', () => {
    const unset = Object.fromEntries(Object.keys(defaults).map((option) => [option, undefined]));
    for (const options of [defaults, unset, {}]) {
      const optimizer = new Class(own(), options as never);
      expect(optimizer.paramGroups[0]).toMatchObject(defaults);
      optimizer.dispose();
    }
    expect(() => new Class(own(), { learningRate: 1 })).toThrow(
      new TypeError(
        `${name}: unknown option "learningRate", expected one of ${Object.keys(defaults).join(', ')}; did you mean 'lr'?`,
      ),
    );
  });
});

describe('what PyTorch’s constructors reject', () => {
  const least = 'a finite number of at least 0';
  const nonNegative: Readonly<Record<string, readonly string[]>> = {
    SGD: ['lr', 'momentum', 'weightDecay'],
    Adagrad: ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'],
    RMSprop: ['lr', 'eps', 'momentum', 'weightDecay'],
    Adadelta: ['lr', 'eps', 'weightDecay'],
    Adam: ['lr', 'eps', 'weightDecay'],
    AdamW: ['lr', 'eps', 'weightDecay'],
    Adamax: ['lr', 'eps', 'weightDecay'],
    NAdam: ['lr', 'eps', 'weightDecay', 'momentumDecay'],
    RAdam: ['lr', 'eps', 'weightDecay'],
    Rprop: ['lr'],
    ASGD: ['lr', 'weightDecay'],
    Adafactor: ['lr', 'weightDecay'],
    Lion: ['lr', 'weightDecay'],
  };
  const rejected: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ...Object.entries(nonNegative).flatMap(([name, options]) =>
      options.map((option) => [name, { [option]: -0.5 }, `${option} must be ${least}, got -0.5`] as const),
    ),
    ...['Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'Lion'].flatMap((name) => [
      [name, { betas: [1, 0.9] }, 'betas[0] must be in [0, 1), got 1'] as const,
      [name, { betas: [-0.1, 0.9] }, 'betas[0] must be in [0, 1), got -0.1'] as const,
      [name, { betas: [0.9, 1] }, 'betas[1] must be in [0, 1), got 1'] as const,
      [name, { betas: [0.9, -1e-9] }, 'betas[1] must be in [0, 1), got -1e-9'] as const,
    ]),
    ['SGD', { nesterov: true }, 'nesterov must be false without momentum or with dampening, got true'],
    [
      'SGD',
      { nesterov: true, momentum: 0.9, dampening: 0.1 },
      'nesterov must be false without momentum or with dampening, got true',
    ],
    ['RMSprop', { alpha: -0.1 }, 'alpha must be in [0, 1], got -0.1'],
    ['Adadelta', { rho: -0.1 }, 'rho must be in [0, 1], got -0.1'],
    ['Adadelta', { rho: 1.1 }, 'rho must be in [0, 1], got 1.1'],
    ['Rprop', { etas: [0, 1.2] }, 'etas[0] must be between 0 and 1, got 0'],
    ['Rprop', { etas: [1, 1.2] }, 'etas[0] must be between 0 and 1, got 1'],
    ['Rprop', { etas: [0.5, 1] }, 'etas[1] must be above 1, got 1'],
    ['Adafactor', { beta2Decay: 0.1 }, 'beta2Decay must be at most 0, got 0.1'],
    ['Adafactor', { eps: [-1, 1e-3] }, 'eps[0] must be null or at least 0, got -1'],
    ['Adafactor', { eps: [null, -1] }, 'eps[1] must be at least 0, got -1'],
    ['Adafactor', { d: 0.9 }, 'd must be at least 1, got 0.9'],
    // PyTorch takes these.
    ['SGD', { lr: Number.NaN }, `lr must be ${least}, got NaN`],
    ['RMSprop', { alpha: 1.1 }, 'alpha must be in [0, 1], got 1.1'],
  ];

  it.each(rejected)('%s %j: %s', (name, options, message) => {
    expect(() => new (optimizers.get(name)!)(own(), options)).toThrow(new RangeError(`${name}: ${message}`));
  });
});
