// The bench's judgement: noise against loss, slopes, the sizes of functions in a binary.
import { describe, expect, it } from 'vitest';
import { kernelSizes } from '../../bench/counts/kernelSizes.js';
import { changes } from '../../bench/harness/changes.js';
import type { Line } from '../../bench/harness/record.js';
import { logSlope, mannWhitney, median, quantile } from '../../bench/harness/statistics.js';

const line = (contender: string, rounds: readonly number[], unit = 'ns'): Line => ({
  row: 'a step',
  contender,
  unit,
  value: median(rounds),
  low: quantile(rounds, 0.25),
  high: quantile(rounds, 0.75),
  ratio: 1,
  rounds,
});

const ROUNDS = [100, 101, 99, 103, 98, 102, 100.5, 99.5, 101.5];
const times = (factor: number) => ROUNDS.map((value) => factor * value);

describe('changes between two runs', () => {
  it('is noise where the rounds overlap', () => {
    const [change] = changes([line('adamas', ROUNDS)], [line('adamas', times(1.02))]);
    expect(change!.verdict).toBe('noise');
  });

  it('is slower or faster where they lie apart by more than 3 %', () => {
    expect(changes([line('adamas', ROUNDS)], [line('adamas', times(1.1))])[0]!.verdict).toBe('slower');
    expect(changes([line('adamas', ROUNDS)], [line('adamas', times(0.9))])[0]!.verdict).toBe('faster');
  });

  it('is noise where the baseline has become as slow: the machine has', () => {
    const before = [line('adamas', ROUNDS), line('baseline', times(5))];
    const after = [line('adamas', times(1.2)), line('baseline', times(6))];
    expect(changes(before, after)[0]).toMatchObject({ verdict: 'noise', againstBaseline: expect.closeTo(1, 6) });
  });

  it('takes a rate that falls for a loss', () => {
    const [change] = changes([line('adamas', ROUNDS, 'GFLOP/s')], [line('adamas', times(0.8), 'GFLOP/s')]);
    expect(change).toMatchObject({ verdict: 'slower', factor: expect.closeTo(1.25, 6) });
  });

  it('calls three rounds that lie apart no noise', () => {
    const before = [line('adamas', [100, 101, 102])];
    expect(changes(before, [line('adamas', [110, 111, 112])])[0]!.verdict).toBe('slower');
    expect(changes(before, [line('adamas', [101.5, 111, 112])])[0]!.verdict).toBe('noise');
  });
});

describe('statistics', () => {
  it('gives the exact probabilities of the Mann-Whitney test', () => {
    // 2 of the 20 orders of 3 and 3 are as far apart; of 9 and 9, 2 in 48,620.
    expect(mannWhitney([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 12);
    expect(mannWhitney(ROUNDS, times(2))).toBeCloseTo(2 / 48_620, 12);
    expect(mannWhitney([1, 4, 5], [2, 3, 6])).toBe(1);
  });

  it('finds the exponent of a power', () => {
    expect(logSlope([1, 3, 10], [2, 2 * 3 ** 1.5, 2 * 10 ** 1.5])).toBeCloseTo(1.5, 12);
  });
});

describe('kernelSizes', () => {
  it('reads the sizes of exported functions, past the imported ones', () => {
    // (module (import "e" "f" (func)) (func (export "a") nop) (func (export "b")))
    const bytes = [
      ...[0, 97, 115, 109, 1, 0, 0, 0],
      ...[1, 4, 1, 96, 0, 0],
      ...[2, 7, 1, 1, 101, 1, 102, 0, 0],
      ...[3, 3, 2, 0, 0],
      ...[7, 9, 2, 1, 97, 0, 1, 1, 98, 0, 2],
      ...[10, 8, 2, 3, 0, 1, 11, 2, 0, 11],
    ];
    expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(true);
    expect(kernelSizes(new Uint8Array(bytes))).toEqual({ a: 3, b: 2 });
  });
});
