import { setTimeout as wait } from 'node:timers/promises';
import { memoryUsage } from 'adamas';
import { describe, expect, it } from 'vitest';
import { type BoundaryCommand, type BoundaryMessage, boundaryJob } from '../src/scenes/boundary/job.js';
import { CELLS, paintCells } from '../src/scenes/boundary/picture.js';
import { holdOut, makePoints } from '../src/scenes/boundary/points.js';
import { type BoundaryState, INITIAL, onGrid, readState, SHAPES, writeState } from '../src/scenes/boundary/state.js';

/** Runs a job; `answer` gives the commands that a message is answered by. */
async function run(state: BoundaryState, answer: (message: BoundaryMessage) => readonly BoundaryCommand[]) {
  const messages: BoundaryMessage[] = [];
  let take: (command: BoundaryCommand) => void = () => {};
  await boundaryJob(state, {
    signal: new AbortController().signal,
    onCommand(listener) {
      take = listener;
    },
    send(message) {
      messages.push(message);
      for (const command of answer(message)) setTimeout(() => take(command));
    },
  });
  const rows = messages.flatMap((message) => (message.kind === 'frame' ? message.rows : []));
  return { messages, losses: rows.map(({ loss }) => loss), last: rows.at(-1)! };
}

const drawn = (message: BoundaryMessage): BoundaryCommand[] => (message.kind === 'frame' ? ['drawn'] : []);

describe('the training', () => {
  const state = { ...INITIAL, epochs: 60 };

  it('learns the moons', async () => {
    const { last, messages } = await run({ ...state, epochs: 120 }, drawn);
    expect(last.epoch).toBe(119);
    expect(last.validationAccuracy).toBeGreaterThan(0.93);
    expect(messages.at(-1)).toMatchObject({ kind: 'ended', status: 'completed' });
  });

  it.each(['circles', 'spirals', 'blobs'] as const)('learns %s', async (shape) => {
    const { last } = await run({ ...INITIAL, shape, noise: 0.05, hidden: [16, 16], epochs: 400, pace: 0 }, drawn);
    expect(last.accuracy).toBeGreaterThan(0.95);
  });

  it('gives the same bits at every pace, and when it is stopped and goes on', async () => {
    const first = await run(state, drawn);
    const fast = await run({ ...state, pace: 0 }, drawn);
    let frames = 0;
    const stopped = await run(state, (message) => {
      if (message.kind === 'paused') return frames < 14 ? ['step'] : ['go'];
      if (message.kind !== 'frame') return [];
      return ++frames === 10 ? ['pause', 'drawn'] : ['drawn'];
    });
    expect(stopped.messages.some(({ kind }) => kind === 'paused')).toBe(true);
    expect(fast.losses).toEqual(first.losses);
    expect(stopped.losses).toEqual(first.losses);
  });

  it('goes another way with another seed, rate or network', async () => {
    const first = await run({ ...state, epochs: 10 }, drawn);
    for (const change of [{ seed: 2 }, { lr: 0.02 }, { hidden: [8] }, { batchSize: 16 }, { weightDecay: 0.1 }]) {
      expect((await run({ ...state, epochs: 10, ...change }, drawn)).losses).not.toEqual(first.losses);
    }
  });

  it('stays where it is while it is stopped', async () => {
    let take: (command: BoundaryCommand) => void = () => {};
    let frames = 0;
    const controller = new AbortController();
    const job = boundaryJob(state, {
      signal: controller.signal,
      onCommand(listener) {
        take = listener;
      },
      send(message) {
        if (message.kind !== 'frame') return;
        frames++;
        setTimeout(() => take(frames === 5 ? 'pause' : 'drawn'));
        if (frames === 5) setTimeout(() => take('drawn'));
      },
    });
    await expect.poll(() => frames, { interval: 5 }).toBeGreaterThanOrEqual(5);
    await wait(100);
    const then = frames;
    await wait(100);
    expect(frames).toBe(then);
    expect(frames).toBeLessThan(10);
    controller.abort();
    await job;
  });

  it('leaves no memory in use, also over 50 runs and where one is ended early', async () => {
    const short = { ...state, epochs: 5, pace: 0 };
    await run(short, drawn);
    const before = memoryUsage();
    for (let i = 0; i < 50; i++) await run({ ...short, shape: SHAPES[i % 4]!, seed: i }, drawn);
    const controller = new AbortController();
    await boundaryJob(state, {
      signal: controller.signal,
      onCommand: () => {},
      send: () => setTimeout(() => controller.abort(), 50),
    });
    expect(memoryUsage()).toEqual(before);
  });

  it('says so where there is nothing to tell apart', async () => {
    const painted = [onGrid(0, 0, 1), onGrid(0.5, 0.5, 1)];
    const { messages } = await run({ ...INITIAL, shape: 'painted', painted }, drawn);
    expect(messages.at(-1)).toMatchObject({ kind: 'ended', status: 'nothing' });
  });

  it('learns three classes that were painted', async () => {
    const painted = Array.from({ length: 60 }, (_, i) =>
      onGrid(0.6 * ((i % 3) - 1) + 0.01 * (i % 7), 0.02 * (i % 11), i % 3),
    );
    const { last, messages } = await run({ ...INITIAL, shape: 'painted', painted, lr: 0.05, epochs: 100 }, drawn);
    expect(last.validationAccuracy).toBe(1);
    const frame = messages.findLast((message) => message.kind === 'frame')!;
    expect(frame.layers.map(({ outputs, columns }) => [outputs, columns])).toEqual([
      [8, 3],
      [8, 9],
      [3, 9],
    ]);
    expect(new Set(frame.cells.filter((_, i) => i % 2 === 0))).toEqual(new Set([0, 1, 2]));
  });
});

it('draws points within the picture, of each class, a quarter of them held out', () => {
  for (const shape of SHAPES.filter((one) => one !== 'painted')) {
    const points = makePoints({ ...INITIAL, shape });
    expect(points.labels.length).toBe(300);
    expect(new Set(points.labels).size).toBe(points.classes);
    expect(points.places.every((place) => Math.abs(place) < 1.3)).toBe(true);
    expect(holdOut(points, 1).reduce((sum, mark) => sum + mark, 0)).toBe(75);
  }
});

it('writes an address that gives the same state', () => {
  const painted = [onGrid(-1, 1, 0), onGrid(0.1234, -0.77, 2), onGrid(5, 0, 1)];
  for (const state of [
    INITIAL,
    { ...INITIAL, shape: 'painted', painted, hidden: [], pace: 0 } as const,
    { ...INITIAL, shape: 'spirals', hidden: [16, 1, 3, 4], lr: 0.0037, noise: 0.33, rule: 'lion' } as const,
  ]) {
    expect(readState(new URLSearchParams(writeState(state)))).toEqual(state);
  }
  expect(readState(new URLSearchParams({ hidden: '8,0', lr: '-1', epochs: 'x', points: '0zz', seed: '1.5' }))).toEqual(
    INITIAL,
  );
});

it('paints the likeliest class, the stronger the surer', () => {
  const cells = new Uint8Array(2 * CELLS * CELLS);
  cells.set([1, 255], 0);
  const image = new Uint8ClampedArray(4 * CELLS * CELLS);
  paintCells(
    cells,
    {
      page: [255, 255, 255],
      classes: [
        [0, 0, 255],
        [255, 0, 0],
      ],
    },
    image,
  );
  const lowerLeft = 4 * (CELLS - 1) * CELLS;
  expect([...image.subarray(lowerLeft, lowerLeft + 4)]).toEqual([255, 82, 82, 255]);
  expect([...image.subarray(0, 4)]).toEqual([235, 235, 255, 255]);
});
