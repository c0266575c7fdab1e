import type { Channel } from '../../training/channel.js';
import type { ChapterState, OptimizerName } from './state.js';
import { airfoilRows, type Outcome, type ScratchTask, scratchTask, trace, train } from './train.js';

export type ChapterMessage =
  | { readonly kind: 'losses'; readonly name: OptimizerName; readonly losses: readonly number[] }
  | { readonly kind: 'ended'; readonly name: OptimizerName; readonly outcome: Outcome }
  | { readonly kind: 'trace'; readonly values: Float32Array };

export type ChapterCommand = 'stop' | 'goOn';

/** Milliseconds from one message with losses to the next. */
const TELLING = 50;

/** Trains with every optimizer at once, by turns, then traces Adam's steps. `stop` holds all of them at their next turn, `goOn` lets them go on. */
export async function chapterJob(
  state: ChapterState,
  { send, onCommand, signal }: Channel<ChapterMessage, ChapterCommand>,
): Promise<void> {
  let held: PromiseWithResolve | undefined;
  const letGo = () => {
    held?.resolve();
    held = undefined;
  };
  onCommand((command) => {
    if (command === 'goOn') letGo();
    else held ??= promise();
  });
  signal.addEventListener('abort', letGo);
  await Promise.all(
    state.optimizers.map(async (name) => {
      let [sent, last] = [0, Number.NEGATIVE_INFINITY];
      const onProgress = async ({ losses }: { readonly losses: readonly number[] }) => {
        if (losses.length > sent && performance.now() - last > TELLING) {
          send({ kind: 'losses', name, losses: losses.slice(sent) });
          [sent, last] = [losses.length, performance.now()];
        }
        await held?.settled;
      };
      const outcome = await train(name, state, { onProgress, signal });
      send({ kind: 'ended', name, outcome });
    }),
  );
  if (signal.aborted) return;
  const values = trace(state);
  send({ kind: 'trace', values }, [values.buffer]);
}

/** Sends the airfoil table. */
export async function airfoilJob(_: undefined, { send }: Channel<Float32Array, never>): Promise<void> {
  send(airfoilRows());
}

export interface ScratchMessage {
  readonly task: ScratchTask;
  readonly ours: Outcome;
}

/** Sends what a training by the reader's own Adam takes, and what the same training by adamas came to. */
export async function scratchJob(state: ChapterState, { send, signal }: Channel<ScratchMessage, never>): Promise<void> {
  const ours = await train('Adam', state, { signal });
  send({ task: scratchTask(state), ours });
}

interface PromiseWithResolve {
  readonly settled: Promise<void>;
  resolve(): void;
}

function promise(): PromiseWithResolve {
  let resolve = () => {};
  const settled = new Promise<void>((done) => {
    resolve = done;
  });
  return { settled, resolve };
}
