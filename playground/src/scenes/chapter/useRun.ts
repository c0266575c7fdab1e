import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import type { ChapterCommand, ChapterMessage } from './job.js';
import { type ChapterState, epochsOf, type OptimizerName } from './state.js';
import type { Outcome } from './train.js';

export type Status = 'running' | 'stopped' | 'ended';

/** What a training came to, with its last loss. */
type Ended = Omit<Outcome, 'losses'> & { readonly loss: number | undefined };

/** The trainings in the worker. */
export interface Run {
  readonly status: Signal<Status>;
  /** Epochs, then the losses of each optimizer of the state, as far as it has come. */
  readonly curves: Signal<readonly (readonly (number | null)[])[]>;
  readonly outcomes: Signal<Partial<Record<OptimizerName, Ended>>>;
  readonly steps: Signal<Float32Array>;
  readonly error: Signal<string>;
  command(command: ChapterCommand): void;
  restart(): void;
}

/** Milliseconds from one drawing of the curves to the next. */
const READABLE = 100;

/** Trains anew whenever the state changes. */
export function useRun(state: ChapterState): Run {
  const status = useSignal<Status>('running');
  const curves = useSignal<readonly (readonly (number | null)[])[]>([[], ...state.optimizers.map(() => [])]);
  const outcomes = useSignal<Partial<Record<OptimizerName, Ended>>>({});
  const steps = useSignal<Float32Array>(new Float32Array());
  const error = useSignal('');
  const round = useSignal(0);
  const job = useRef<Job<ChapterCommand>>(undefined);
  useEffect(() => {
    const { optimizers, batchSize } = state;
    status.value = 'running';
    error.value = '';
    outcomes.value = {};
    const losses = new Map<OptimizerName, number[]>(optimizers.map((name) => [name, []]));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const length = Math.max(0, ...[...losses.values()].map((each) => each.length));
      curves.value = [epochsOf(length, batchSize), ...losses.values()];
    };
    show();
    const soon = () => {
      timer ??= setTimeout(show, READABLE);
    };
    const take = (message: ChapterMessage) => {
      if (message.kind === 'losses') {
        for (const [name, fresh] of Object.entries(message.losses)) losses.get(name as OptimizerName)!.push(...fresh);
      } else if (message.kind === 'ended') {
        const loss = losses.get(message.name)!.at(-1);
        outcomes.value = { ...outcomes.value, [message.name]: { ...message.outcome, loss } };
      } else {
        steps.value = message.values;
        status.value = 'ended';
      }
      soon();
    };
    job.current = startJob('chapter', state, take, (text) => {
      error.value = text;
      status.value = 'ended';
    });
    return () => {
      clearTimeout(timer);
      job.current?.end();
    };
  }, [state, round.value]);
  return {
    ...{ status, curves, outcomes, steps, error },
    command(command) {
      job.current?.command(command);
      status.value = command === 'stop' ? 'stopped' : 'running';
    },
    restart() {
      round.value++;
    },
  };
}
