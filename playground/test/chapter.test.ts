import { expect, it } from 'vitest';
import { type ChapterMessage, chapterJob } from '../src/scenes/chapter/job.js';
import { INITIAL, OPTIMIZERS, PARAMETERS, readState, TRACED, writeState } from '../src/scenes/chapter/state.js';
import { trace, train } from '../src/scenes/chapter/train.js';

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
  expect(Array.from({ length: PARAMETERS }, (_, k) => values[(last + k) * TRACED + 4])).toEqual(weights);
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
    expect(ended).toMatchObject({ outcome: { losses, weights } });
    const sent = messages.flatMap((message) =>
      message.kind === 'losses' && message.name === name ? message.losses : [],
    );
    expect(losses.slice(0, sent.length)).toEqual(sent);
  }
});

it('writes an address that gives the same state', () => {
  const state = { ...INITIAL, lr: 0.03, epochs: 7, optimizers: ['Adam', 'SGD'] as const };
  expect(readState(new URLSearchParams(writeState(state)))).toEqual(state);
  expect(readState(new URLSearchParams('lr=x&epochs=1.5&run=Foo'))).toEqual({ ...INITIAL, optimizers: [] });
});
