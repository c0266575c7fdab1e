// Checkpoints with values of the wrong kind are refused by name.
import { describe, expect, it } from 'vitest';
import { type Checkpoint, tensor } from '../../src/index.js';
import { timeless } from './byHand.js';
import { good, prepare, refused } from './refusedCheckpoints.js';

describe('a value of the wrong kind is refused by its name, and nothing is changed', () => {
  const WRONG = [
    null,
    'x',
    {},
    [],
    -1,
    0.5,
    Number.NaN,
    true,
    [null],
    [{}],
    ['x'],
    Symbol.iterator,
    () => 1,
    10n ** 30n,
  ];
  /** Values of a field that are right after all. */
  const fine: Record<string, (value: unknown) => boolean> = {
    losses: (value) => Array.isArray(value) && value.length === 0,
  };
  const fields = Object.keys(good);
  /** A parameter that was never stepped has no state, and a loss may be any number. */
  const allowed: Record<string, (value: unknown) => boolean> = {
    'optimizer.state': (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
    'scheduler.last_epoch': (value) => value === -1,
    'earlyStopping.best': (value) => typeof value === 'number',
  };

  it.each(fields)('%s', (key) => {
    for (const value of [...WRONG, undefined]) {
      if (fine[key]?.(value)) continue;
      refused({ ...good, [key]: value }, new RegExp(key));
    }
  });

  it.each(['optimizer', 'model', 'average', 'scheduler', 'earlyStopping', 'generators', 'settings'])(
    'in %s',
    (part) => {
      const saved = good[part as keyof Checkpoint] as unknown as Record<string, unknown>;
      for (const key of Object.keys(saved)) {
        for (const value of [null, {}, 'x', [null], -1, Symbol.iterator]) {
          if (allowed[`${part}.${key}`]?.(value)) continue;
          const isText = typeof saved[key] === 'string' && value === 'x' && part === 'settings';
          refused({ ...good, [part]: { ...saved, [key]: value } }, isText ? /same/ : new RegExp(part));
        }
      }
    },
  );

  it('in history, groups and values', () => {
    for (const key of ['epoch', 'steps', 'skipped', 'loss', 'lr', 'gradNorm', 'seconds']) {
      for (const value of [null, {}, 'x', undefined, []]) {
        const history = [good.history[0], { ...good.history[1], [key]: value }];
        refused({ ...good, history }, new RegExp(`history\\[1\\].${key}`));
      }
    }
    refused({ ...good, history: good.history.slice(1) }, /history/);
    for (const value of [null, 'x', [], ['0'], [0, 0], {}]) {
      refused({ ...good, groups: [{ ...good.groups[0], lr: value }] }, /groups\[0\].lr/);
    }
    for (const value of [null, [], new Float32Array(6), 'x']) {
      const values = [...good.earlyStopping!.values!.slice(0, 3), value];
      refused({ ...good, earlyStopping: { ...good.earlyStopping, values } }, /earlyStopping.values/);
    }
  });

  it('values that contain themselves', () => {
    const loop: Record<string, unknown> = { ...good };
    loop.history = [loop];
    refused(loop, /contains itself/);
  });
});

it('views of Wasm memory go on although the fit grows it', () => {
  const tensors = good.earlyStopping!.values!.map((one) => tensor(one));
  const one = prepare();
  const want = prepare().run({ epochs: 4, resume: good });
  const values = tensors.map(({ data }) => data);
  const resume = { ...good, earlyStopping: { ...good.earlyStopping!, values } };
  expect(timeless(one.run({ epochs: 4, resume }))).toEqual(timeless(want));
});
