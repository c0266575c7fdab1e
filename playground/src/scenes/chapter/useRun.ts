import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import type { ChapterCommand, ChapterMessage } from './job.js';
import { type ChapterState, evaluations, type OptimizerName } from './state.js';
import type { Outcome } from './train.js';

export type Status = 'running' | 'stopped' | 'ended';

/** Result of a training, with its last loss. */
type Ended = Omit<Outcome, 'losses'> & { readonly loss: number | undefined };

/** The state of the trainings in the worker. */
export interface Run {
  readonly status: Signal<Status>;
  /** Epochs, then the losses of each optimizer of the state, as far as it has come. */
  readonly curves: Signal<readonly (readonly (number | null)[])[]>;
  readonly outcomes: Signal<Partial<Record<OptimizerName, Ended>>>;
  readonly steps: Signal<Float32Array>;
  readonly error: Signal<string>;
  command(command: ChapterCommand): void;
  /** Runs the same training again. The old results are shown until new ones are drawn. */
  restart(): void;
}

/** Milliseconds from one drawing to the next. */
const READABLE = 100;

/** Starts a new training whenever the state changes. */
export function useRun(state: ChapterState): Run {
  const status = useSignal<Status>('running');
  const curves = useSignal<readonly (readonly (number | null)[])[]>([]);
  const outcomes = useSignal<Partial<Record<OptimizerName, Ended>>>({});
  const steps = useSignal<Float32Array>(new Float32Array());
  const error = useSignal('');
  const job = useRef<Job<ChapterCommand>>(undefined);
  const end = useRef(() => {});
  const start = () => {
    const { optimizers, batchSize } = state;
    status.value = 'running';
    error.value = '';
    const losses = new Map<OptimizerName, number[]>(optimizers.map((name) => [name, []]));
    const x: number[] = [];
    const ended: Partial<Record<OptimizerName, Ended>> = {};
    let traced: Float32Array | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Outcomes and steps are shown at the end and all at once: each rendering by itself is a layout of the page.
    const show = () => {
      timer = undefined;
      const length = Math.max(0, ...[...losses.values()].map((each) => each.length));
      while (x.length < length) x.push(x.length / evaluations(batchSize));
      curves.value = [x, ...losses.values()];
      if (traced === undefined) return;
      outcomes.value = ended;
      steps.value = traced;
      status.value = 'ended';
    };
    const take = (message: ChapterMessage) => {
      if (message.kind === 'losses') {
        for (const [name, fresh] of Object.entries(message.losses)) {
          const all = losses.get(name as OptimizerName)!;
          for (const loss of fresh) all.push(loss);
        }
      } else if (message.kind === 'ended') {
        const loss = losses.get(message.name)!.at(-1);
        ended[message.name] = { ...message.outcome, loss };
      } else traced = message.values;
      timer ??= setTimeout(show, READABLE);
    };
    const started = startJob('chapter', state, take, (text) => {
      error.value = text;
      status.value = 'ended';
    });
    job.current = started;
    end.current = () => {
      clearTimeout(timer);
      started.end();
    };
  };
  useEffect(() => {
    curves.value = [];
    outcomes.value = {};
    start();
    return () => end.current();
  }, [state]);
  return {
    ...{ status, curves, outcomes, steps, error },
    command(command) {
      job.current?.command(command);
      status.value = command === 'stop' ? 'stopped' : 'running';
    },
    restart() {
      end.current();
      start();
    },
  };
}
