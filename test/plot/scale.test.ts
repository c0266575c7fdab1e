// Ticks stand at round numbers, inside of the axis and about as many as wanted.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extent, format, makeScale } from '../../src/plot/scale.js';

const labels = (...args: Parameters<typeof makeScale>) => makeScale(...args).ticks.map((tick) => tick.label);

it('linear ticks', () => {
  expect(labels('linear', [0.24, 0.49], 5, true)).toEqual(['0.20', '0.25', '0.30', '0.35', '0.40', '0.45', '0.50']);
  expect(labels('linear', [0, 199_999], 5, false)).toEqual(['0', '50,000', '100,000', '150,000']);
  expect(labels('linear', [-3, 4], 3, true)).toEqual(['−5', '0', '5']);
  expect(labels('linear', [5, 5], 4, true)).toEqual(['4.5', '5.0', '5.5']);
  expect(labels('linear', [0, 4e-7], 4, true)).toEqual(['0', '1e-7', '2e-7', '3e-7', '4e-7']);
  expect(labels('linear', [0, 0], 2, true)).toEqual(['−1', '0', '1']);
});

it('a range is kept unless it has less than two ticks', () => {
  expect(labels('linear', [3, 29], 3)).toEqual(['10', '20']);
  expect(makeScale('linear', [3, 29], 3).at(29)).toBe(1);
  expect(labels('linear', [3, 9], 2)).toEqual(['0', '5', '10']);
  expect(labels('linear', [3, 9], 2, false)).toEqual(['5']);
  expect(labels('log', [3, 50], 1)).toEqual(['1', '100']);
});

it('log ticks', () => {
  expect(labels('log', [0.02, 30], 5, true)).toEqual(['0.01', '0.1', '1', '10', '100']);
  expect(labels('log', [1.5, 60], 5, true)).toEqual(['1', '2', '5', '10', '20', '50', '100']);
  expect(labels('log', [1e-9, 1e9], 5, true)).toEqual(['1e-9', '1e-5', '0.1', '1,000', '1e7']);
  expect(labels('log', [1, 50], 6, false)).toEqual(['1', '2', '5', '10', '20', '50']);
  expect(labels('log', [7, 7], 4, true)).toEqual(['1', '2', '5', '10']);
});

it('any range has ticks inside of it, few enough to read', () => {
  const value = fc.oneof(
    fc.double({ min: -1e200, max: 1e200, noNaN: true }),
    fc.double({ min: -10, max: 10, noNaN: true }),
  );
  fc.assert(
    fc.property(
      value,
      value,
      fc.constantFrom('linear' as const, 'log' as const),
      fc.integer({ min: 2, max: 12 }),
      (a, b, name, count) => {
        const range = extent([a, b], name);
        const { ticks, at } = makeScale(name, range, count, true);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(2 * count + 3);
        for (const end of range) expect(at(end)).toBeGreaterThanOrEqual(-1e-9);
        for (const end of range) expect(at(end)).toBeLessThanOrEqual(1 + 1e-9);
        for (const { value } of ticks) expect(Math.abs(at(value) - 0.5)).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});

it('numbers in texts', () => {
  expect([0, 1234.567, -0.5, 0.00001234, 12345678, 150].map((x) => format(x))).toEqual([
    '0',
    '1,235',
    '−0.5',
    '1.234e-5',
    '1.235e7',
    '150',
  ]);
  expect(format(1234567, 9)).toBe('1,234,567');
  expect(format(0.123456789, 9)).toBe('0.123456789');
});
