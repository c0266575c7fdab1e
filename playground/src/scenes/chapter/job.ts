import type { Channel } from '../../training/channel.js';
import type { ChapterState, OptimizerName } from './state.js';
import { airfoilRows, type Outcome, type ScratchTask, scratchTask, trace, train } from './train.js';

export type ChapterMessage =
  /** The losses of each optimizer since the last message; the last of them come before its end. */
  | { readonly kind: 'losses'; readonly losses: Partial<Record<OptimizerName, Float64Array>> }
  | { readonly kind: 'ended'; readonly name: OptimizerName; readonly outcome: Omit<Outcome, 'losses'> }
  | { readonly kind: 'trace'; readonly values: Float32Array };

export type ChapterCommand = 'stop' | 'goOn';

/** Milliseconds from one message with losses to the next. */
const TELLING = 200;

/** Trains with all optimizers in turns, then traces Adam's steps. `stop` holds all of them at their next turn, `goOn` continues them. */
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
  const all = new Map<OptimizerName, readonly number[]>();
  const sent = new Map<OptimizerName, number>();
  let told = Number.NEGATIVE_INFINITY;
  const tell = () => {
    const fresh = [...all].map(([name, losses]) => [name, Float64Array.from(losses.slice(sent.get(name)))] as const);
    const buffers = fresh.map(([, { buffer }]) => buffer);
    send({ kind: 'losses', losses: Object.fromEntries(fresh) }, buffers);
    for (const [name, losses] of all) sent.set(name, losses.length);
    told = performance.now();
  };
  await Promise.all(
    state.optimizers.map(async (name) => {
      const onProgress = async ({ losses }: { readonly losses: readonly number[] }) => {
        all.set(name, losses);
        if (held || performance.now() - told > TELLING) tell();
        await held?.settled;
      };
      const { losses, ...outcome } = await train(name, state, { onProgress, signal });
      all.set(name, losses);
      tell();
      all.delete(name);
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

/** Sends the inputs of a training by the reader's own Adam, and the result of the same training by adamas. */
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
