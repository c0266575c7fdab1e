import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type ChapterMessage, chapterJob } from '../src/scenes/chapter/job.js';
import {
  type ChapterState,
  evaluations,
  HALVES,
  INITIAL,
  OPTIMIZERS,
  PARAMETERS,
  readState,
  TRACED,
  writeState,
} from '../src/scenes/chapter/state.js';
import { type Outcome, scratchTask, trace, train } from '../src/scenes/chapter/train.js';

it('ends with the loss of the chapter', async () => {
  const { losses, status } = await train('Adam', INITIAL);
  expect(status).toBe('completed');
  expect(losses).toHaveLength(31);
  expect(losses.at(-1)!).toBeCloseTo(0.243, 3);
});

it.each([10, 7, 300])('traces the steps of the same run, in batches of %i', async (batchSize) => {
  const state = { ...INITIAL, batchSize, seed: 3 };
  const { weights } = await train('Adam', state);
  const values = trace(state);
  const last = values.length / TRACED - PARAMETERS;
  expect(Array.from({ length: PARAMETERS }, (_, k) => values[(last + k) * TRACED + 3])).toEqual(weights);
});

it('traces values that the equations give', () => {
  const { lr, beta1, beta2, eps } = INITIAL;
  const values = trace(INITIAL);
  const at = (step: number, k: number) => [...values.subarray(((step - 1) * 6 + k) * 4, ((step - 1) * 6 + k + 1) * 4)];
  for (let k = 0; k < PARAMETERS; k++) {
    let [v, s, x] = [0, 0, NaN];
    for (let t = 1; t <= 300; t++) {
      const [g, ...next] = at(t, k) as [number, number, number, number];
      expect(next[0]).toBeCloseTo(beta1 * v + (1 - beta1) * g, 6);
      expect(next[1]).toBeCloseTo(beta2 * s + (1 - beta2) * g ** 2, 6);
      [v, s] = next;
      const update = (lr * v) / (1 - beta1 ** t) / (Math.sqrt(s / (1 - beta2 ** t)) + eps);
      if (t > 1) expect(next[2]).toBeCloseTo(x - update, 6);
      x = next[2];
    }
  }
});

const textOf = (file: string) =>
  readFileSync(new URL(`../src/scenes/chapter/scratch/${file}`, import.meta.url), 'utf8');

/** Message of the worker for a text of the reader. */
function runScratch(text: string, state: ChapterState): Pick<Outcome, 'losses' | 'weights'> {
  let posted: unknown;
  const context = createContext({
    postMessage(message: unknown) {
      posted = message;
    },
    self: {},
    task: scratchTask(state),
  });
  runInContext(`${text}\n;\n${textOf('program.js')}\nself.onmessage({ data: task });`, context);
  return posted as Outcome;
}

const apart = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

it.each([
  ['the first', {}],
  ['batches of 7', { batchSize: 7, lr: 0.1 }],
  ['batches of 300', { batchSize: 300, epochs: 4, beta1: 0.5, eps: 0.1 }],
  ['one batch', { batchSize: 1500, epochs: 9, seed: 4 }],
])('trains by the given text as adamas does: %s', async (_, part) => {
  const state = { ...INITIAL, ...part };
  const [ours, theirs] = [await train('Adam', state), runScratch(textOf('start.txt'), state)];
  expect(theirs.losses).toHaveLength(ours.losses.length);
  expect(ours.losses).toHaveLength(state.epochs * evaluations(state.batchSize) + 1);
  expect(apart(ours.losses, theirs.losses)).toBeLessThan(1e-6);
  expect(apart(ours.weights, theirs.weights)).toBeLessThan(1e-6);
});

it('shows what is left of Adam without either half', async () => {
  const adam = await train('Adam', INITIAL);
  for (const part of [HALVES.rmsprop, HALVES.momentum]) {
    const state = { ...INITIAL, ...part };
    const [left, other] = [await train('Adam', state), await train(part.optimizers[1], state)];
    const second = (losses: readonly number[]) => losses.slice(evaluations(state.batchSize));
    expect(apart(second(left.losses), second(other.losses))).toBeLessThan(2e-4);
    expect(apart(second(left.losses), second(adam.losses))).toBeGreaterThan(1e-3);
  }
});

it('gives the same bits when it is stopped and goes on', async () => {
  const state = { ...INITIAL, epochs: 300, optimizers: OPTIMIZERS };
  const messages: ChapterMessage[] = [];
  let command: (command: 'stop' | 'goOn') => void = () => {};
  let stops = 0;
  await chapterJob(state, {
    send(message) {
      messages.push(message);
      if (message.kind !== 'losses' || stops++ > 3) return;
      command('stop');
      setTimeout(() => command('goOn'), 20);
    },
    onCommand(listener) {
      command = listener;
    },
    signal: new AbortController().signal,
  });
  expect(stops).toBeGreaterThan(0);
  for (const name of OPTIMIZERS) {
    const ended = messages.find((message) => message.kind === 'ended' && message.name === name);
    const { losses, weights } = await train(name, state);
    expect(ended).toMatchObject({ outcome: { weights } });
    const sent = messages.flatMap((message) => (message.kind === 'losses' ? [...(message.losses[name] ?? [])] : []));
    expect(sent).toEqual(losses);
  }
});

it('writes an address that gives the same state', () => {
  const state = { ...INITIAL, lr: 0.03, epochs: 7, optimizers: ['Adam', 'SGD'] as const };
  expect(readState(new URLSearchParams(writeState(state)))).toEqual(state);
  expect(readState(new URLSearchParams('lr=x&epochs=1.5&run=Foo'))).toEqual({ ...INITIAL, optimizers: [] });
});
