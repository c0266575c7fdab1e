// Some of everything, which bad input must leave as it is.
import { afterAll, beforeEach, expect, it } from 'vitest';
import { Adam, dataset, linear, memoryUsage, parameter, sequential, tensor } from '../../src/index.js';
import { bits, stateBits } from '../train/byHand.js';

export const p = parameter([1, 2, 3]);
export const mine = new Float32Array([1, 2]);
export const adam = new Adam([p], { lr: 0.1 });
export const own = new Adam([mine]);
export const model = sequential(linear(3, 2, { seed: 1 }));
export const modelAdam = new Adam(model.parameters());
export const data = dataset(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [
    [1, 2],
    [3, 4],
  ],
);
export const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
export const gone = tensor([1]);
gone.dispose();
adam.step();
own.step([mine.slice()]);
model.predict(x);
model.lossAndGrad('halfSquaredError', x, [1, 2, 3, 4]);
const objects = [p, adam, own, model, modelAdam, data, x];

const snapshot = () => ({
  memory: memoryUsage(),
  parameters: [p, ...model.parameters()].flatMap((one) => [bits(one.data), bits(one.grad)]),
  mine: bits(mine),
  states: [adam, own, modelAdam].map((one) => [stateBits(one as never), structuredClone(one.stateDict().param_groups)]),
  data: [data.features, data.targets, x].map((one) => bits(one.data)),
});
let before: ReturnType<typeof snapshot>;
beforeEach(() => {
  model.loss = undefined;
  before = snapshot();
});
afterAll(() => {
  for (const one of objects) one.dispose();
});

export type Case = readonly [call: () => unknown, Class: new (...args: never[]) => Error, message: string];
/** A value that TypeScript would not let through. */
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests
export const any = (value: unknown) => value as any;

/** One test for each: it throws or rejects with exactly that, and nothing has changed. */
export function refuses(cases: readonly Case[]): void {
  it.each(cases.map(([call, Class, message]) => ({ call, Class, message })))(
    '$message',
    async ({ call, Class, message }) => {
      let error: unknown;
      try {
        await call();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(Class);
      expect((error as Error).constructor).toBe(Class);
      expect((error as Error).message).toBe(message);
      expect(snapshot()).toEqual(before);
    },
  );
}
