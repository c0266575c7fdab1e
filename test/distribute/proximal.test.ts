import { describe, expect, it } from 'vitest';
import { proximal } from '../../src/distribute/proximal.js';
import { linear, parameter, relu, SGD, sequential } from '../../src/index.js';

describe('proximal', () => {
  it('adds mu (w - w_sent) to the gradient, and mu / 2 of the squared distance to the loss', () => {
    const w = parameter([1, 2, 3], [3]);
    const frozen = parameter([5], [1]);
    frozen.requiresGrad = false;
    const term = proximal([w, frozen], 0.5);
    expect(term.penalty).toBe(0);
    w.set([2, 2, 1]);
    frozen.set([6]);
    w.grad.set([10, 20, 30]);
    term.addGrad();
    expect([...w.grad]).toEqual([10.5, 20, 29]);
    expect([...frozen.grad]).toEqual([0]);
    expect(term.penalty).toBe(0.25 * (1 + 4 + 1));
  });

  it('has the gradient of its penalty, by finite differences through a network', () => {
    const model = sequential(linear(3, 4, { seed: 1 }), relu(), linear(4, 2, { seed: 2 }));
    const term = proximal(model.parameters(), 0.3);
    for (const one of model.parameters()) one.set(one.data.map((x, i) => x + 0.25 * ((i % 5) - 2)));
    term.addGrad();
    for (const one of model.parameters()) {
      for (let i = 0; i < one.size; i++) {
        const at = one.data[i]!;
        const [above, below] = [2 ** -6, -(2 ** -6)].map((h) => {
          one.data[i] = at + h;
          return term.penalty;
        });
        one.data[i] = at;
        expect(one.grad[i]).toBeCloseTo((above! - below!) / 2 ** -5, 4);
      }
    }
    model.dispose();
  });

  it('brings a client to (c + mu w_sent) / (1 + mu), where its loss is (w - c)^2 / 2', () => {
    const w = parameter([1], [1]);
    const [c, mu, sent] = [4, 0.5, 1];
    const optimizer = new SGD([w], { lr: 0.3 });
    const term = proximal([w], mu);
    for (let step = 0; step < 100; step++) {
      w.grad[0] = w.data[0]! - c;
      term.addGrad();
      optimizer.step();
    }
    expect(w.data[0]).toBeCloseTo((c + mu * sent) / (1 + mu), 5);
  });

  it('refuses what is wrong', () => {
    expect(() => proximal({} as never, 1)).toThrow('proximal: parameters must be an array of parameters');
    expect(() => proximal([new Float32Array(2)] as never, 1)).toThrow(TypeError);
    expect(() => proximal([], -1)).toThrow('proximal: mu must be a finite number of at least 0, got -1');
    expect(() => proximal([], '1' as never)).toThrow(TypeError);
  });
});
