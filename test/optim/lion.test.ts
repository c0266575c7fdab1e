// Lion against its equations in float64; torch has none.
import { expect, it } from 'vitest';
import { Lion, type LionOptions } from '../../src/index.js';
import { expectWithin } from '../kernels/tester.js';
import { lion } from '../reference/lion.js';
import { noise } from '../train/byHand.js';

const DEFAULTS: LionOptions = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false };
const [P, STEPS] = [37, 60];

it.each<Partial<LionOptions>>([
  {},
  { lr: 0.01 },
  { lr: 0.02, betas: [0.5, 0.8] },
  { lr: 0.01, weightDecay: 0.3 },
  { lr: 0.01, weightDecay: 0.1, maximize: true },
  { lr: 0.01, betas: [0, 0] },
])('%j', (options) => {
  const random = noise(7);
  const mine = Float32Array.from({ length: P }, random);
  const [p, m] = [Float64Array.from(mine), new Float64Array(P)];
  const optimizer = new Lion([mine], options as object);
  for (let t = 0; t < STEPS; t++) {
    // An exact zero among them: while m is 0, its sign is 0 and the parameter stays.
    const g = Float32Array.from({ length: P }, (_, i) => (i === 5 && t < 3 ? 0 : random()));
    optimizer.step([g]);
    lion(p, m, g, { ...DEFAULTS, ...options });
    expectWithin(mine, p, (i) => 1e-7 * (t + 1) * (1 + Math.abs(p[i]!)), `p after step ${t + 1}`);
  }
  const state = optimizer.stateDict().state[0]!;
  expectWithin(state.exp_avg as Float32Array, m, () => 1e-6, 'exp_avg');
  expect(mine).not.toEqual(Float32Array.from({ length: P }, noise(7)));
  optimizer.dispose();
});
