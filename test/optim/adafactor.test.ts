// Adafactor against PyTorch: test/golden/adafactor.json.
import { describe, expect, it } from 'vitest';
import { Adafactor, parameter } from '../../src/index.js';
import { decode, golden } from '../golden.js';
import { expectWithin } from '../kernels/tester.js';

interface Case {
  readonly id: string;
  readonly options: Record<string, unknown>;
  readonly shapes: number[][];
  readonly initial: string[];
  /** [step][parameter] */
  readonly grads: string[][];
  readonly params: string[][];
}

const { cases } = golden<{ cases: Case[] }>('adafactor.json');

it('has two cases, of vectors and matrices', () => {
  expect(cases).toHaveLength(2);
  for (const { shapes } of cases) expect(shapes.map(({ length }) => length)).toEqual([1, 2, 1]);
});

describe.each(cases)('$id', ({ options, shapes, initial, grads, params }) => {
  it('is within 2e-6 of every parameter after every step', () => {
    const mine = initial.map((values, i) => parameter(decode(values), shapes[i]!));
    const optimizer = new Adafactor(mine, options);
    grads.forEach((arrays, step) => {
      arrays.forEach((grad, i) => {
        mine[i]!.grad.set(decode(grad));
      });
      optimizer.step();
      mine.forEach(({ data }, i) => {
        const expected = decode(params[step]![i]!);
        expectWithin(data, expected, (j) => 2e-6 * Math.abs(expected[j]!), `parameter ${i} after step ${step + 1}`);
      });
    });
    expect(grads).toHaveLength(12);
    optimizer.dispose();
    for (const one of mine) one.dispose();
  });
});
