import { describe, expect, it } from 'vitest';
import { at, contour, levels, sample } from '../src/scenes/landscapes/contours.js';
import { LANDSCAPE_NAMES, LANDSCAPES } from '../src/scenes/landscapes/functions.js';
import { defaultRate, OPTIMIZER_NAMES } from '../src/scenes/landscapes/optimizers.js';
import { computePaths } from '../src/scenes/landscapes/paths.js';
import { clamp, initial, readState, writeState } from '../src/scenes/landscapes/state.js';

const params = (record: Record<string, string>) => new URLSearchParams(record);

describe.each(LANDSCAPE_NAMES)('%s', (name) => {
  const { value, gradient, x, y, start, minima } = LANDSCAPES[name];

  it('has the gradient of its value', () => {
    for (let i = 0; i < 25; i++) {
      const [px, py] = [at(x, (i % 5) / 4), at(y, Math.floor(i / 5) / 4)];
      const h = 1e-5;
      const [gx, gy] = gradient(px, py);
      const size = 1 + Math.abs(gx) + Math.abs(gy);
      expect(Math.abs((value(px + h, py) - value(px - h, py)) / (2 * h) - gx) / size).toBeLessThan(1e-6);
      expect(Math.abs((value(px, py + h) - value(px, py - h)) / (2 * h) - gy) / size).toBeLessThan(1e-6);
    }
  });

  it('is lowest at its minima', () => {
    const grid = sample(LANDSCAPES[name], 101);
    for (const [px, py] of minima) {
      expect(Math.hypot(...gradient(px, py))).toBeLessThan(1e-4);
      expect(value(px, py)).toBeLessThanOrEqual(grid.min + 1e-9);
    }
  });

  it('has contours on which its value is the level', () => {
    const grid = sample(LANDSCAPES[name], 161);
    for (const level of levels(grid, 6).slice(2)) {
      const segments = contour(grid, level);
      expect(segments.length).toBeGreaterThan(0);
      for (let i = 0; i < segments.length; i += 2 * 97) {
        const z = value(at(x, segments[i]!), at(y, segments[i + 1]!));
        expect(Math.abs(z - level)).toBeLessThan(0.05 * (level - grid.min) + 1e-3 * (grid.max - grid.min));
      }
    }
  });

  it('is descended by every optimizer at its default rate', () => {
    const runners = OPTIMIZER_NAMES.map((one) => ({ name: one, lr: defaultRate(one, LANDSCAPES[name]) }));
    for (const path of computePaths({ landscape: name, start, steps: 300, runners })) {
      expect(path.diverged, path.name).toBe(false);
      expect(path.values.at(-1)! - value(...minima[0]!), path.name).toBeLessThan(
        0.8 * (path.values[0]! - value(...minima[0]!)),
      );
      expect(path.points.length).toBe(2 * path.values.length);
    }
  });
});

it('writes an address that gives the same state', () => {
  const state = {
    ...initial('beale', ['adam', 'lbfgs']),
    start: clamp([-1.25, 3.5], 'beale'),
    steps: 77,
    runners: [
      { name: 'lion', lr: 0.003 },
      { name: 'sgd', lr: 1e-7 },
    ] as const,
  };
  expect(readState(params(writeState(state)))).toEqual(state);
  expect(readState(params(writeState({ ...state, runners: [] }))).runners).toEqual([]);
});

it('takes what makes no sense in an address as it is at first', () => {
  expect(readState(params({ f: 'valley', start: 'a,b', steps: '-1', run: 'adam:x,foo:1,sgd' }))).toEqual({
    ...initial('rosenbrock'),
    runners: [{ name: 'sgd', lr: 0.001 }],
  });
});

it('ends a path that diverges', () => {
  const [path] = computePaths({
    landscape: 'rosenbrock',
    start: [-1.2, 1],
    steps: 300,
    runners: [{ name: 'sgd', lr: 1 }],
  });
  expect(path!.diverged).toBe(true);
  expect(path!.values.length).toBeLessThan(20);
});
