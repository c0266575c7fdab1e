import { describe, expect, it } from 'vitest';
import { type Answer, Server, type Strategy, weightedMean } from '../../src/distribute/strategies.js';
import { Draw } from '../prove/proof.js';
import { type Client, fedAvg, fedOpt } from '../reference/federated.js';

const standard = { serverLr: 0.01, betas: [0.9, 0.99], tau: 1e-3 } as const;

/** Answers of clients with one tensor. */
const answers = (...clients: (readonly [values: readonly number[], samples: number])[]): Answer[] =>
  clients.map(([values, samples]) => ({ tensors: [Float32Array.from(values)], samples }));

function step(
  strategy: Strategy,
  options: Partial<typeof standard>,
  sent: number[],
  ...clients: (readonly [number[], number])[]
) {
  const server = new Server(strategy, { ...standard, ...options }, [true]);
  return [...server.step([Float32Array.from(sent)], answers(...clients))[0]!];
}

describe('fedAvg', () => {
  it('is the mean weighted by samples', () => {
    expect(step('fedAvg', {}, [0, 0], [[1, 2], 1], [[5, -2], 3])).toEqual([4, -1]);
    expect(step('fedProx', {}, [0, 0], [[1, 2], 1], [[5, -2], 3])).toEqual([4, -1]);
  });

  it('gives equal models back to the bit, whatever their samples', () => {
    const draw = new Draw(1);
    const values = Array.from({ length: 1000 }, () => Math.fround((draw.next() - 0.5) * 10 ** (draw.below(20) - 10)));
    values.push(3.4028234663852886e38, -3.4028234663852886e38, 1.401298464324817e-45, 0);
    const clients = Array.from({ length: 7 }, () => [values, 1 + draw.below(1e9)] as const);
    expect([...weightedMean(answers(...clients))[0]!].map(Math.fround)).toEqual(values);
  });

  it('agrees with the reference', () => {
    const draw = new Draw(2);
    for (let i = 0; i < 200; i++) {
      const clients = Array.from(
        { length: 1 + draw.below(12) },
        (): Client => [Math.fround(draw.next() - 0.5), 1 + draw.below(10000)],
      );
      const [mean] = weightedMean(answers(...clients.map(([w, n]) => [[w], n] as const)))[0]!;
      expect(Math.abs(mean! - fedAvg(clients))).toBeLessThan(1e-15);
    }
  });

  it('goes to the mean of the clients’ minima as its closed form says', () => {
    // Client k takes one step of gradient descent on (w - c_k)^2 / 2: w_t - mean = (1 - lr)^t (w_0 - mean).
    const [centres, samples, lr] = [[1, -2, 7], [10, 20, 30], 0.25];
    const mean = (1 * 10 - 2 * 20 + 7 * 30) / 60;
    const server = new Server('fedAvg', standard, [true]);
    let w = new Float32Array([100]);
    for (let t = 1; t <= 40; t++) {
      const clients = centres.map((c, k) => [[w[0]! - lr * (w[0]! - c)], samples[k]!] as const);
      [w] = server.step([w], answers(...clients)) as [Float32Array<ArrayBuffer>];
      expect(w[0]!).toBeCloseTo(mean + (1 - lr) ** t * (100 - mean), 4);
    }
  });
});

describe.each(['fedAdam', 'fedYogi'] as const)('%s', (rule) => {
  it('agrees with the reference over rounds, to the last place of float32', () => {
    const draw = new Draw(3);
    for (let i = 0; i < 100; i++) {
      const [lr, beta1, beta2, tau] = [draw.next(), draw.next(), draw.next(), 10 ** -draw.below(6)] as const;
      const start = Math.fround(draw.next() - 0.5);
      const targets = Array.from({ length: 3 }, () => [draw.next(), 1 + draw.below(100)] as const);
      const train = (x: number) => targets.map(([to, n]): Client => [Math.fround(x + 0.3 * (to - x)), n]);
      const server = new Server(rule, { serverLr: lr, betas: [beta1, beta2], tau }, [true]);
      let x = new Float32Array([start]);
      for (let round = 1; round <= 20; round++) {
        const clients = train(x[0]!).map(([w, n]) => [[w], n] as const);
        [x] = server.step([x], answers(...clients)) as [Float32Array<ArrayBuffer>];
        const expected = fedOpt(rule, { lr, beta1, beta2, tau }, start, Array(round).fill(train));
        // A rounding of x in one round moves the next ones by as much.
        expect(Math.abs(x[0]! - expected)).toBeLessThanOrEqual(round * 2 ** -24 * Math.max(1, Math.abs(expected)));
      }
    }
  });

  it('without momentum moves by lr along the sign of the change, less tau’s part', () => {
    // beta1 = beta2 = 0: m = d; v = d^2, for Yogi tau^2 + d^2 where d > tau: x + lr d / (sqrt(v) + tau).
    const [lr, tau, d] = [0.5, 0.25, 2];
    const v = rule === 'fedAdam' ? d ** 2 : tau ** 2 + d ** 2;
    const moved = step(rule, { serverLr: lr, betas: [0, 0], tau } as never, [1], [[1 + d], 5]);
    expect(moved).toEqual([Math.fround(1 + (lr * d) / (Math.sqrt(v) + tau))]);
  });

  it('takes the first step by the paper’s defaults', () => {
    // m = 0.1 d; v = 0.99 tau^2 + 0.01 d^2, for Yogi tau^2 + 0.01 d^2.
    const d = 0.5;
    const v = (rule === 'fedAdam' ? 0.99 : 1) * 1e-6 + 0.01 * d ** 2;
    expect(step(rule, {}, [1], [[1.5], 5])[0]).toBeCloseTo(1 + (0.01 * 0.1 * d) / (Math.sqrt(v) + 1e-3), 7);
  });

  it('leaves where they are the parameters that no client changes, and averages buffers', () => {
    const server = new Server(rule, standard, [true, false]);
    const sent = [new Float32Array([0.1, -3]), new Float32Array([7])];
    const clients = [10, 30].map((value, k) => ({
      tensors: [sent[0]!, new Float32Array([value])],
      samples: 1 + 2 * k,
    }));
    for (let round = 0; round < 3; round++)
      expect(server.step(sent, clients)).toEqual([sent[0], new Float32Array([25])]);
  });
});

it('fedYogi lowers v additively where changes become small, fedAdam geometrically', () => {
  // Two large changes, then small ones: Yogi's v falls by (1 - beta2) delta^2 a round and stays large, so that its steps stay small.
  const changes = [10, 10, ...Array(200).fill(0.01)];
  const ends = (['fedAdam', 'fedYogi'] as const).map((rule) => {
    const server = new Server(rule, standard, [true]);
    let x = new Float32Array([0]);
    for (const change of changes) [x] = server.step([x], answers([[x[0]! + change], 1])) as [Float32Array<ArrayBuffer>];
    return x[0]!;
  });
  expect(ends[0]).toBeGreaterThan(ends[1]!);
});
