// Every allocation fails once: whatever is being done must throw OutOfMemoryError, leak nothing, and work when it is tried again.
import { describe, expect, it } from 'vitest';
import { airfoil, kFolds, parseCsv, stratifiedSplit, twoMoons } from '../../src/datasets.js';
import {
  Adam,
  type Checkpoint,
  dataset,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  fitSync,
  linear,
  memoryUsage,
  OutOfMemoryError,
  parameter,
  randn,
  randperm,
  sequential,
  tensor,
  zeros,
} from '../../src/index.js';
import { failAllocation } from '../setup/memory.js';

type Held = { dispose(): void };
type Hold = <T extends Held>(one: T) => T;

const model = () => sequential(linear(3, 5, { seed: 1 }), linear(5, 2, { seed: 2 }));
const samples = () =>
  dataset(
    tensor(
      Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)),
      [10, 3],
    ),
    tensor(new Float32Array(20), [10, 2]),
  );

/** The operation: given everything that lives before, the function that runs it, which returns its result. */
const operations: readonly [string, (hold: Hold) => () => unknown][] = [
  ['tensor', () => () => tensor([1, 2])],
  ['zeros', () => () => zeros([2])],
  ['parameter', () => () => parameter([1, 2])],
  ['sequential(linear)', () => () => sequential(linear(3, 5, { seed: 1 }))],
  [
    'predict',
    (hold) => {
      const m = hold(model());
      return () => m.predict(new Float32Array(3));
    },
  ],
  [
    'predict of more rows than before',
    (hold) => {
      const m = hold(model());
      m.predict(new Float32Array(3));
      return () => m.predict(new Float32Array(300));
    },
  ],
  [
    'forward',
    (hold) => {
      const m = hold(model());
      return () => m.forward(new Float32Array(6));
    },
  ],
  [
    'lossAndGrad',
    (hold) => {
      const m = hold(model());
      return () => m.lossAndGrad('halfSquaredError', new Float32Array(6), [1, 2, 3, 4]);
    },
  ],
  [
    'lossAndGrad of more rows than before',
    (hold) => {
      const m = hold(model());
      m.lossAndGrad('halfSquaredError', new Float32Array(3), [1, 2]);
      return () => m.lossAndGrad('halfSquaredError', new Float32Array(300), new Float32Array(200));
    },
  ],
  [
    'new Adam of parameters',
    (hold) => {
      const params = [hold(parameter([1])), hold(parameter([2, 3]))];
      return () => new Adam(params, { amsgrad: true });
    },
  ],
  ['new Adam of arrays', () => () => new Adam([new Float32Array(3), new Float32Array(2)])],
  [
    'addParamGroup',
    (hold) => {
      const optimizer = hold(new Adam([new Float32Array(3)]));
      const params = [new Float32Array(3), new Float32Array(2)];
      return () => optimizer.addParamGroup({ params });
    },
  ],
  [
    'step',
    (hold) => {
      const optimizer = hold(new Adam([new Float32Array(3)]));
      return () => optimizer.step([new Float32Array(3)]);
    },
  ],
  [
    'step after amsgrad was turned on',
    (hold) => {
      const optimizer = hold(new Adam([new Float32Array(3), new Float32Array(2)]));
      optimizer.step([new Float32Array(3), new Float32Array(2)]);
      return () => {
        optimizer.paramGroups[0]!.amsgrad = true;
        optimizer.step([new Float32Array(3), new Float32Array(2)]);
      };
    },
  ],
  [
    'loadStateDict',
    (hold) => {
      const other = hold(new Adam([new Float32Array(3)], { amsgrad: true }));
      other.step([new Float32Array(3)]);
      const optimizer = hold(new Adam([new Float32Array(3)]));
      return () => optimizer.loadStateDict(other.stateDict());
    },
  ],
  ['dataset of arrays', () => () => dataset([[1], [2]], [3, 4])],
  [
    'split',
    (hold) => {
      const data = hold(samples());
      return () => hold2(data.split(0.7));
    },
  ],
  [
    'standardize',
    (hold) => {
      const data = hold(samples());
      return () => data.standardize();
    },
  ],
  ['airfoil', () => () => airfoil()],
  ['parseCsv', () => () => parseCsv('a,y\n1,2\n3,4\n', { target: 'y' })],
  ['twoMoons', () => () => twoMoons(10)],
  ['randn', () => () => randn([3])],
  ['randperm', () => () => randperm(3)],
  [
    'stratifiedSplit',
    (hold) => {
      const data = hold(twoMoons(10));
      return () => hold2(stratifiedSplit(data, 0.5));
    },
  ],
  [
    'a fold',
    (hold) => {
      const data = hold(samples());
      return () => hold2(kFolds(data, 3).next().value!);
    },
  ],
  [
    'fitSync',
    (hold) => {
      const [m, data] = [hold(model()), hold(samples())];
      const optimizer = hold(new Adam(m.parameters()));
      return () => fitSync(m, data, { loss: 'halfSquaredError', optimizer, batchSize: 4 });
    },
  ],
  [
    'fitSync with validation, early stopping and a checkpoint',
    (hold) => {
      const [m, data] = [hold(model()), hold(samples())];
      const optimizer = hold(new Adam(m.parameters()));
      const average = hold(new ExponentialMovingAverage(m.parameters()));
      let resume: Checkpoint | undefined;
      const options: FitOptions = {
        ...{ loss: 'mse', optimizer, average, batchSize: 4, validation: 0.3, metrics: ['r2'] },
        earlyStopping: { patience: 1 },
        sampleWeights: new Float32Array(10),
      };
      const onCheckpoint = (given: Checkpoint) => {
        resume = given;
      };
      fitSync(m, data, { ...options, onCheckpoint });
      const state = () => JSON.stringify(encodeStateDict([m, optimizer, average].map((one) => one.stateDict())));
      m.parameters()[0]!.data.fill(3);
      const before = state();
      return () => {
        try {
          return fitSync(m, data, { ...options, epochs: 2, resume: resume! });
        } catch (error) {
          // The state that the checkpoint had brought is taken back.
          expect(state()).toBe(before);
          throw error;
        }
      };
    },
  ],
];

/** Two things as one. */
function hold2([a, b]: readonly [Held, Held]): Held {
  return {
    dispose() {
      a.dispose();
      b.dispose();
    },
  };
}

describe.each(operations)('%s', (_, prepare) => {
  it('leaks nothing, whichever allocation fails, and works when it is tried again', () => {
    let failures = 0;
    for (;;) {
      const held: Held[] = [];
      const start = memoryUsage();
      const operate = prepare((one) => {
        held.push(one);
        return one;
      });
      failAllocation(failures + 1);
      let made: unknown;
      let failed = true;
      try {
        made = operate();
        failed = false;
      } catch (error) {
        expect(error, `allocation ${failures}`).toBeInstanceOf(OutOfMemoryError);
      } finally {
        failAllocation(Infinity);
      }
      if (failed) made = operate();
      if (typeof made === 'object' && made !== null && 'dispose' in made) (made as Held).dispose();
      for (const one of held.reverse()) one.dispose();
      expect(memoryUsage() - start, `bytes leaked when allocation ${failures} fails`).toBe(0);
      if (!failed) break;
      failures++;
    }
    expect(failures).toBeGreaterThan(0);
  });
});
