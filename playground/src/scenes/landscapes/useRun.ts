import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import type { GroundRequest } from './ground.js';
import type { LandscapesCommand, LandscapesMessage } from './job.js';
import type { Path } from './paths.js';
import type { LandscapesState } from './state.js';

/** Paths and map from the worker, and the time that is shown. */
export interface Run {
  readonly paths: Signal<readonly Path[]>;
  readonly ground: Signal<ImageBitmap | undefined>;
  readonly time: Signal<number>;
  /** The same, no more often than figures can be read while it is played. */
  readonly readTime: Signal<number>;
  readonly playing: Signal<boolean>;
  readonly error: Signal<string>;
  askGround(request: GroundRequest): void;
  /** Plays on from the time that is shown, or from the start if that is the end. */
  play(): void;
  /** Shows one time. */
  stop(time: number): void;
}

/** Seconds in which all steps are played. */
const DURATION = 6;

/** Milliseconds from one change of the figures to the next. */
const READABLE = 200;

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Asks the worker for the paths of each new state. */
export function useRun(state: LandscapesState): Run {
  const { steps } = state;
  const paths = useSignal<readonly Path[]>([]);
  const ground = useSignal<ImageBitmap>();
  const time = useSignal(still() ? steps : 0);
  const readTime = useSignal(time.peek());
  const playing = useSignal(!still());
  const error = useSignal('');
  const job = useRef<Job<LandscapesCommand>>(undefined);
  // One request at a time: while the start is dragged only the latest counts.
  const busy = useRef(false);
  const waiting = useRef<LandscapesState>(undefined);
  const ask = ({ landscape, start, steps, runners }: LandscapesState) => {
    busy.current = true;
    job.current?.command({ kind: 'paths', landscape, start, steps, runners });
  };
  useEffect(() => {
    const take = (message: LandscapesMessage) => {
      if (message.kind === 'ground') {
        ground.value = message.ground;
        return;
      }
      paths.value = message.paths;
      busy.current = false;
      if (waiting.current) ask(waiting.current);
      waiting.current = undefined;
    };
    const onError = (text: string) => {
      error.value = text;
    };
    job.current = startJob('landscapes', undefined, take, onError);
    return () => job.current?.end();
  }, []);
  useEffect(() => {
    if (busy.current) waiting.current = state;
    else ask(state);
  }, [state]);
  useEffect(() => {
    if (!playing.value) return;
    const first = time.value >= steps ? 0 : time.value;
    const began = performance.now();
    let read = 0;
    let frame = requestAnimationFrame(function next(now) {
      // It was stopped since the last frame.
      if (!playing.value) return;
      time.value = Math.min(steps, first + Math.floor((steps * Math.max(0, now - began)) / (1000 * DURATION)));
      const ended = time.value === steps;
      if (ended || now - read > READABLE) {
        read = now;
        readTime.value = time.value;
      }
      if (!ended) frame = requestAnimationFrame(next);
      else playing.value = false;
    });
    return () => cancelAnimationFrame(frame);
  }, [playing.value, steps]);
  return {
    ...{ paths, ground, time, readTime, playing, error },
    askGround: (request) => job.current?.command({ kind: 'ground', ...request }),
    play() {
      if (time.value >= steps) time.value = 0;
      playing.value = !still();
      if (still()) time.value = steps;
      readTime.value = time.value;
    },
    stop(at) {
      playing.value = false;
      time.value = at;
      readTime.value = at;
    },
  };
}
