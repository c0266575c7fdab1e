// Fits that keep their checkpoints in places.
import type { AbortSignalLike } from '../../hostTypes.js';
import type { CheckpointOptions, RunInPlaces } from '../../train/checkpointPlaces.js';
import { isPlace } from '../../train/checkpointPlaces.js';
import { checkEvery, type Keeper } from '../../train/keeper.js';
import { boolean, positiveInt, readOptions, unchecked } from '../../validate.js';
import { placeOf } from '../places/placeOf.js';
import { checkpointBytes, checkpointOf } from './file.js';

/** Runs a fit whose options name places. */
export const keepInPlaces: RunInPlaces = async (call, options, run) => {
  const { checkpoint, resume, ...rest } = options;
  const opened = checkpoint && keeperOf(call, checkpoint);
  const from = isPlace(resume) ? placeOf(`${call}: resume`, resume) : undefined;
  // Before the checkpoint is read: a signal may come meanwhile.
  const stopping = opened?.onSignal ? abortOnSignals(call, rest.signal) : undefined;
  try {
    const bytes = await from?.read();
    const saved = bytes ? checkpointOf(`${call}: resume`, bytes) : from ? undefined : resume;
    const plain = {
      ...rest,
      ...(saved !== undefined ? { resume: saved } : from && { override: [] }),
      ...(stopping && { signal: stopping.signal }),
    };
    return await run(plain as never, opened?.keeper as never);
  } finally {
    stopping?.end();
  }
};

/** Reads the option `checkpoint`. */
function keeperOf(call: string, options: CheckpointOptions): { keeper: Keeper<never>; onSignal: boolean } {
  const label = `${call}: checkpoint`;
  const { place, every, keep, onSignal } = readOptions(
    label,
    options,
    {
      place: [unchecked],
      every: [checkEvery, call === 'fit' ? 1 : { seconds: 30 }],
      keep: [positiveInt, 1],
      onSignal: [boolean, false],
    },
    '.',
  );
  const to = placeOf(label, place);
  if (keep > 1 && !to.keeps)
    throw new RangeError(`${label}.keep must be 1 for a place that keeps one file, got ${keep}`);
  const keeper: Keeper<never> = {
    every,
    lasting: true,
    keep: (checkpoint) => to.write(checkpointBytes(label, checkpoint), { keep }),
  };
  return { keeper, onSignal };
}

/** Signals by which an operating system asks a process to end. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

interface Process {
  once(signal: string, listener: () => void): void;
  off(signal: string, listener: () => void): void;
}

/** A signal that is aborted when the process is asked to end, or when `signal` is. */
function abortOnSignals(
  call: string,
  signal: AbortSignalLike | undefined,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const { process } = globalThis as { readonly process?: Partial<Process> };
  if (typeof process?.once !== 'function') {
    throw new TypeError(`${call}: checkpoint.onSignal needs Node, Deno or Bun, got a host without signals`);
  }
  const { once, off } = process as Process;
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  for (const name of SIGNALS) once.call(process, name, abort);
  const end = () => {
    signal?.removeEventListener('abort', abort);
    for (const name of SIGNALS) off.call(process, name, abort);
  };
  return { signal: controller.signal, end };
}
