import { type Signal, useSignal } from '@preact/signals';
import type { HistoryRow } from 'adamas';
import { useEffect, useRef } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import type { ShownPoints } from './boundaryPicture.js';
import type { BoundaryCommand, BoundaryMessage, LayerPicture } from './job.js';
import type { BoundaryState } from './state.js';

export type Status = 'running' | 'paused' | 'completed' | 'stopped' | 'aborted' | 'diverged' | 'nothing';

/** Losses so far, as a chart takes them: epochs from 1, training losses, validation losses. */
export type Losses = readonly (readonly (number | null)[])[];

/** A training in the worker. Each part is a signal, so that a frame draws no more than what has changed. */
export interface Run {
  readonly status: Signal<Status>;
  readonly points: Signal<ShownPoints | undefined>;
  readonly cells: Signal<Uint8Array | undefined>;
  readonly layers: Signal<readonly LayerPicture[]>;
  readonly losses: Signal<Losses>;
  /** The last epoch. */
  readonly last: Signal<HistoryRow | undefined>;
  readonly error: Signal<string>;
  command(command: BoundaryCommand): void;
  restart(): void;
}

/** Milliseconds after which figures, curves or matrices are drawn, in turn: drawing all at once would take too long. */
const TURN = 40;

const NO_LOSSES: Losses = [[], [], []];

const positive = (value: number | undefined): number | null => (value !== undefined && value > 0 ? value : null);

/** Starts a new training whenever the state changes. */
export function useRun(state: BoundaryState): Run {
  const status = useSignal<Status>('running');
  const points = useSignal<ShownPoints>();
  const cells = useSignal<Uint8Array>();
  const layers = useSignal<readonly LayerPicture[]>([]);
  const losses = useSignal<Losses>(NO_LOSSES);
  const last = useSignal<HistoryRow>();
  const error = useSignal('');
  const round = useSignal(0);
  const job = useRef<Job<BoundaryCommand>>(undefined);
  useEffect(() => {
    error.value = '';
    status.value = 'running';
    losses.value = NO_LOSSES;
    last.value = undefined;
    const data: [number[], (number | null)[], (number | null)[]] = [[], [], []];
    let newestRow: HistoryRow | undefined;
    let newest: readonly LayerPicture[] = [];
    let told = 0;
    let turn = 0;
    const parts = [
      () => {
        last.value = newestRow;
      },
      () => {
        losses.value = [...data];
      },
      () => {
        layers.value = newest;
      },
    ];
    const tell = () => {
      told = performance.now();
      parts[turn++ % parts.length]!();
    };
    const tellAll = () => {
      tell();
      for (const delay of [1, 2]) setTimeout(tell, delay * TURN);
    };
    const take = (message: BoundaryMessage) => {
      if (message.kind === 'points') points.value = message;
      else if (message.kind === 'frame') {
        cells.value = message.cells;
        newest = message.layers;
        for (const row of message.rows) {
          data[0].push(row.epoch + 1);
          data[1].push(positive(row.loss));
          data[2].push(positive(row.validationLoss));
          newestRow = row;
        }
        if (status.value === 'paused') tellAll();
        else if (performance.now() - told > TURN) tell();
        requestAnimationFrame(() => job.current?.command('drawn'));
      } else {
        status.value = message.kind === 'paused' ? 'paused' : (message.status as Status);
        if (status.value === 'nothing') cells.value = undefined;
        tellAll();
      }
    };
    const onError = (text: string) => {
      error.value = text;
    };
    const started = startJob('boundary', state, take, onError);
    job.current = started;
    return () => started.end();
  }, [state, round.value]);
  return {
    ...{ status, points, cells, layers, losses, last, error },
    command(command) {
      if (command === 'go') status.value = 'running';
      job.current?.command(command);
    },
    restart() {
      round.value++;
    },
  };
}
