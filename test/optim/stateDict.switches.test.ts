// A state dict holds more than the options need now: state that was switched off, and the lr before any schedule.
import { describe, expect, it } from 'vitest';
import { Adam, ExponentialLR, LBFGS, RMSprop, SGD } from '../../src/index.js';
import type { OptimizerClass } from '../optimizers.js';
import { values } from './arbitrary.js';

/** Options that ask for state which the defaults do without. */
const switches = [
  ['SGD', SGD, { momentum: 0.9 }],
  ['RMSprop', RMSprop, { momentum: 0.9 }],
  ['RMSprop', RMSprop, { centered: true }],
  ['Adam', Adam, { amsgrad: true }],
] as unknown as [string, OptimizerClass, Record<string, unknown>][];

describe('options that are switched off and on again', () => {
  /** Parameters after each step of a run with the switch on or off, carried over to a new optimizer before the steps that say so. */
  const run = (
    Class: OptimizerClass,
    on: Record<string, unknown>,
    switched: readonly boolean[],
    cuts: readonly number[],
  ) => {
    const w = values(5, 1);
    let optimizer = new Class([w]);
    const { ...off } = optimizer.paramGroups[0];
    return switched.map((isOn, t) => {
      Object.assign(optimizer.paramGroups[0]!, off, isOn ? on : {}, { params: [w] });
      if (cuts.includes(t)) {
        const dict = optimizer.stateDict();
        optimizer.dispose();
        optimizer = new Class([w]);
        expect(optimizer.loadStateDict(dict)).toEqual([]);
        expect(optimizer.stateDict()).toEqual(dict);
      }
      // Large gradients first, so that what amsgrad remembers of them matters.
      optimizer.step([values(5, 10 + t).map((g) => (t < 2 ? g : g / 10))]);
      return w.slice();
    });
  };

  it.each(switches)('%s keeps its state over a save in between: %#', (_, Class, on) => {
    const switched = [true, true, false, false, true, true];
    const whole = run(Class, on, switched, []);
    for (const cuts of [[2], [3], [4], [3, 4, 5]]) expect(run(Class, on, switched, cuts)).toEqual(whole);
    // It matters: without that state it goes elsewhere.
    expect(run(Class, on, [false, false, false, false, true, true], [])).not.toEqual(whole);
  });

  it.each(switches)('%s saves what was switched on since the last step: %#', (_, Class, on) => {
    const switched = [false, false, true, true];
    expect(run(Class, on, switched, [2])).toEqual(run(Class, on, switched, []));
  });

  it('refuses an array of another length also where it is not needed now', () => {
    const optimizer = new SGD([values(3, 1)]);
    const dict = { ...optimizer.stateDict(), state: { 0: { momentum_buffer: new Float32Array(2) } } };
    expect(() => optimizer.loadStateDict(dict)).toThrow(
      new RangeError('SGD: loadStateDict: state[0].momentum_buffer must hold 3 numbers, got 2'),
    );
  });
});

describe('initial_lr', () => {
  it.each([
    ['SGD', (lr: number) => new SGD([values(3, 1)], { lr })],
    ['LBFGS', (lr: number) => new LBFGS([values(3, 1)], { lr })],
  ])('%s: is in the group once a schedule was made, and is read', (name, make) => {
    const optimizer = make(0.8);
    expect('initial_lr' in optimizer.stateDict().param_groups[0]!).toBe(false);
    new ExponentialLR(optimizer, { gamma: 0.5 }).step();
    const dict = optimizer.stateDict();
    expect(dict.param_groups[0]).toMatchObject({ lr: 0.4, initial_lr: 0.8 });
    const resumed = make(1);
    resumed.loadStateDict(dict as never);
    expect(resumed.stateDict()).toEqual(dict);
    // A schedule that is made now begins from it, as the saved one did.
    expect(new ExponentialLR(resumed, { gamma: 0.5 }).stateDict().base_lrs).toEqual([0.8]);
    dict.param_groups[0]!.initial_lr = 'high';
    expect(() => resumed.loadStateDict(dict as never)).toThrow(
      new TypeError(
        `${name}: loadStateDict: param_groups[0]: initialLr must be a finite number of at least 0, got "high"`,
      ),
    );
  });
});
