import { describe, expect, it } from 'vitest';
import { csvBatches, parseCsv } from '../../src/datasets.js';
import { pieces } from './sources.js';

describe('csvBatches in parts and random order', () => {
  const text = `a,y\n${Array.from({ length: 1000 }, (_, i) => `${i},${i + 0.5}\n`).join('')}`;
  using schema = parseCsv(text, { target: 'y' });
  const all = async (options: object) => {
    const x: number[] = [];
    for await (const { features, targets } of csvBatches([text], schema, { batchSize: 64, ...options })) {
      expect([...targets]).toEqual([...features].map((value) => value + 0.5));
      x.push(...features);
    }
    return x;
  };
  const ascending = (values: number[]) => [...values].sort((a, b) => a - b);
  const numbers = Array.from({ length: 1000 }, (_, i) => i);

  it('a window shuffles the rows by its seed, each once', async () => {
    for (const shuffleWindow of [2, 100, 5000]) {
      const [one, same, other] = [
        await all({ shuffleWindow, seed: 1 }),
        await all({ shuffleWindow, seed: 1 }),
        await all({ shuffleWindow, seed: 2 }),
      ];
      expect(ascending(one)).toEqual(numbers);
      expect(one).toEqual(same);
      expect(one).not.toEqual(other);
      expect(one).not.toEqual(numbers);
    }
    const far = await all({ shuffleWindow: 5000 });
    const early = far.slice(0, 500).reduce((sum, value) => sum + value, 0) / 500;
    expect(Math.abs(early - 499.5)).toBeLessThan(60);
  });

  it('the same rows are held out in every pass, whatever the seed', async () => {
    const training = await all({ holdOut: 0.2, seed: 3, shuffleWindow: 50 });
    const heldOut = await all({ holdOut: 0.2, part: 'heldOut' });
    expect(ascending([...training, ...heldOut])).toEqual(numbers);
    expect(heldOut.length).toBeGreaterThan(160);
    expect(heldOut.length).toBeLessThan(240);
    expect(await all({ holdOut: 0.2, part: 'heldOut', seed: 9 })).toEqual(heldOut);
  });

  it('wrong options are refused', () => {
    for (const [options, message] of [
      [{ holdOut: 1 }, 'holdOut must be in [0, 1)'],
      [{ part: 'heldOut' }, "holdOut must be above 0 for part: 'heldOut'"],
      [{ part: 'test' }, 'part must be one of training, heldOut'],
      [{ shuffleWindow: -1 }, 'shuffleWindow must be a whole number'],
      [{ signal: 5 }, 'signal must be an AbortSignal'],
    ] as const) {
      expect(() => csvBatches([text], schema, options as never)).toThrow(message);
    }
  });

  it('leaving the loop closes the source', async () => {
    const { source, state } = pieces([text.slice(0, 100), text.slice(100)]);
    for await (const _ of csvBatches(source, schema, { batchSize: 2, shuffleWindow: 4 })) break;
    expect(state.closed).toBe(true);
  });
});
