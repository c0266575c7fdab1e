// After PyTorch's tests: every optimizer goes down, whatever its options.
import { describe, expect, it } from 'vitest';
import { differing } from '../golden.js';
import { optimizers, variants } from '../optimizers.js';
import { rosenbrock } from '../problems.js';
import { noise } from '../train/byHand.js';

/** Learning rates that suit a parabola and Rosenbrock's valley; an optimizer that is not named here gets the last. */
const LR: Readonly<Record<string, readonly [parabola: number, rosenbrock: number]>> = {
  SGD: [0.05, 1e-4],
  ASGD: [0.05, 1e-3],
  Adagrad: [0.5, 0.1],
  RAdam: [0.03, 1e-3],
  Adadelta: [20, 3],
  Rprop: [0.01, 0.01],
  Lion: [0.005, 0.002],
  '': [0.03, 0.01],
};

/** sum of x_i^2 / 2 */
function parabola(x: Float32Array, grad: Float32Array): number {
  grad.set(x);
  return x.reduce((sum, value) => sum + (value * value) / 2, 0);
}

const all = [...optimizers].flatMap(([name, Class]) =>
  variants(Class).map(([title, options]) => ({ title: `${name} ${title}`, name, Class, options })),
);

describe.each([
  ['the parabola', parabola, [3, -2, 0.5], [0, 0, 0], 500, 0.05],
  ['Rosenbrock’s valley', rosenbrock, [1.5, 1.5], [1, 1], 2000, 0.1],
] as const)('%s', (_, fun, start, minimum, steps, share) => {
  it.each(all)('$title comes closer, and lowers the loss', ({ name, Class, options }) => {
    // Decay pulls towards zero: the less of it, the nearer the minimum.
    const weightDecay = 'weightDecay' in options ? { weightDecay: 1e-4 } : {};
    const lr = (LR[name] ?? LR['']!)[fun === parabola ? 0 : 1];
    const x = new Float32Array(start);
    const grad = x.slice();
    const optimizer = new Class([x], { ...options, ...weightDecay, lr });
    const distance = () => Math.hypot(...x.map((value, i) => value - minimum[i]!));
    const before = { loss: fun(x, grad), distance: distance() };
    const sign = options.maximize ? -1 : 1;
    for (let t = 0; t < steps; t++) {
      fun(x, grad);
      optimizer.step([grad.map((g) => sign * g)]);
    }
    expect(fun(x, grad)).toBeLessThan(share * before.loss);
    expect(distance()).toBeLessThan(before.distance);
    optimizer.dispose();
  });
});

describe('maximize', () => {
  it.each([...optimizers])('%s ascends as it descends along the negated gradient, to the bit', (_, Class) => {
    const random = noise(3);
    const [up, down] = [new Float32Array([1, -2, 3, 0.5, 2]), new Float32Array([1, -2, 3, 0.5, 2])];
    const ascending = new Class([up], { lr: 0.1, maximize: true });
    const descending = new Class([down], { lr: 0.1 });
    for (let t = 0; t < 7; t++) {
      const grad = Float32Array.from(up, random);
      ascending.step([grad]);
      descending.step([grad.map((g) => -g)]);
    }
    expect(differing(up, down)).toBe(0);
    ascending.dispose();
    descending.dispose();
  });
});
