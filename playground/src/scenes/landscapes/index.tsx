import type { JSX, TargetedPointerEvent } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Job, startJob } from '../../training/startJob.js';
import { Canvas, type Draw } from '../../ui/canvas.js';
import { Choice, NumberField, Slider, Toggle } from '../../ui/fields.js';
import type { Theme } from '../../ui/theme.js';
import { language, readAddress, writeAddress } from '../host.js';
import { LANDSCAPE_NAMES, LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import { drawGround, drawPaths, fromMap, lastStep } from './map.js';
import { defaultRate, OPTIMIZER_NAMES, type OptimizerName, TITLES } from './optimizers.js';
import type { Path, PathsRequest } from './paths.js';
import { clamp, initial, type LandscapesState, MAX_STEPS, readState, writeState } from './state.js';
import '../../ui/swatch.css';
import './style.css';
import { type Words, words } from './words.js';

/** Seconds in which all steps are played. */
const DURATION = 6;

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Paths of optimizers over a function of two variables. */
export default function Landscapes(): JSX.Element {
  const w = words[language.value];
  const [state, setState] = useState<LandscapesState>(() => readState(readAddress()));
  const [paths, setPaths] = useState<readonly Path[]>([]);
  const [time, setTime] = useState(state.steps);
  const [playing, setPlaying] = useState(() => !still());
  const [error, setError] = useState('');
  const request = usePaths(setPaths, setError);
  useEffect(() => request(state), [state]);
  usePlaying(playing, time, state.steps, setTime, setPlaying);

  const change = (part: Partial<LandscapesState>) => {
    const next = { ...state, ...part };
    setState(next);
    writeAddress(writeState(next));
  };
  const choose = (landscape: LandscapeName) => {
    change(
      initial(
        landscape,
        state.runners.map(({ name }) => name),
      ),
    );
    play();
  };
  const play = () => {
    if (still()) return setTime(state.steps);
    setTime(0);
    setPlaying(true);
  };
  const steps = (count: number) => {
    change({ steps: count });
    setTime(count);
    setPlaying(false);
  };
  const { landscape, start } = state;
  return (
    <section class="landscapes">
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="beside">
        <figure>
          <StartMap
            {...{ landscape, start, paths, time, label: w.picture(w.names[landscape], start[0], start[1]) }}
            onMove={(point) => {
              setPlaying(false);
              setTime(state.steps);
              change({ start: clamp(point, landscape) });
            }}
          />
          <div class="timeline">
            <button
              type="button"
              onClick={() => (playing ? setPlaying(false) : time < state.steps ? setPlaying(true) : play())}
            >
              {playing ? w.pause : w.play}
            </button>
            <Slider
              label=""
              value={Math.min(time, state.steps)}
              min={0}
              max={state.steps}
              text={(t) => w.step(t, state.steps)}
              onChange={(t) => {
                setPlaying(false);
                setTime(t);
              }}
            />
          </div>
          <figcaption>
            {w.drag} {w.minimum}
          </figcaption>
        </figure>
        <div class="controls">
          <Choice
            label={w.landscape}
            value={landscape}
            options={LANDSCAPE_NAMES.map((name) => [name, w.names[name]] as const)}
            onChange={choose}
          />
          <p class="formula">{LANDSCAPES[landscape].formula}</p>
          <p>{w.about[landscape]}</p>
          <StartFields {...{ w, landscape, start }} onMove={(point) => change({ start: clamp(point, landscape) })} />
          <NumberField label={w.steps} value={state.steps} min={1} max={MAX_STEPS} step={1} onChange={steps} />
          <button
            type="button"
            onClick={() =>
              change({
                ...initial(
                  landscape,
                  state.runners.map(({ name }) => name),
                ),
                steps: state.steps,
              })
            }
          >
            {w.reset}
          </button>
          <Picker {...{ w, state }} onChange={(runners) => change({ runners })} />
        </div>
      </div>
      {error && <p role="alert">{error}</p>}
      <Runners {...{ w, state, paths, time }} onChange={(runners) => change({ runners })} />
    </section>
  );
}

/** Gives the function that asks the worker for paths: of the latest state, once it is free. */
function usePaths(onPaths: (paths: readonly Path[]) => void, onError: (error: string) => void) {
  const job = useRef<Job<PathsRequest>>(undefined);
  const waiting = useRef<LandscapesState>(undefined);
  const busy = useRef(false);
  const send = ({ landscape, start, steps, runners }: LandscapesState) => {
    busy.current = true;
    job.current?.command({ landscape, start, steps, runners });
  };
  useEffect(() => {
    job.current = startJob(
      'paths',
      undefined,
      (paths) => {
        onPaths(paths);
        busy.current = false;
        if (waiting.current) send(waiting.current);
        waiting.current = undefined;
      },
      onError,
    );
    return () => job.current?.end();
  }, []);
  return (state: LandscapesState) => {
    // The effect that starts the job runs first.
    if (busy.current) waiting.current = state;
    else send(state);
  };
}

/** Moves the time on in animation frames. */
function usePlaying(
  playing: boolean,
  time: number,
  steps: number,
  setTime: (time: number) => void,
  setPlaying: (playing: boolean) => void,
): void {
  useEffect(() => {
    if (!playing) return;
    const first = time >= steps ? 0 : time;
    const began = performance.now();
    let frame = requestAnimationFrame(function next(now) {
      const t = Math.min(steps, first + Math.floor((steps * Math.max(0, now - began)) / (1000 * DURATION)));
      setTime(t);
      if (t < steps) frame = requestAnimationFrame(next);
      else setPlaying(false);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, steps]);
}

interface MapProps {
  readonly landscape: LandscapeName;
  readonly start: Point;
  readonly paths: readonly Path[];
  readonly time: number;
  readonly label: string;
  readonly onMove: (point: Point) => void;
}

/** The map, on which the start can be dragged or moved by the arrow keys. */
function StartMap({ landscape, start, paths, time, label, onMove }: MapProps): JSX.Element {
  const ground = useRef<{ key: unknown[]; canvas: HTMLCanvasElement }>(undefined);
  const draw: Draw = useCallback(
    (context, width, _, theme) => {
      const key = [landscape, width, theme];
      if (!ground.current?.key.every((part, i) => part === key[i])) {
        ground.current = { key, canvas: drawGround(landscape, width, Math.min(2, devicePixelRatio), theme as Theme) };
      }
      context.drawImage(ground.current!.canvas, 0, 0, width, width);
      drawPaths(context, landscape, paths, { time, start, width, theme });
    },
    [landscape, start, paths, time],
  );
  const moveTo = (event: TargetedPointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMove(fromMap(LANDSCAPES[landscape], [event.clientX - box.left, event.clientY - box.top], box.width));
  };
  return (
    <Canvas
      aspect={1}
      draw={draw}
      class="map"
      role="application"
      tabIndex={0}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        moveTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) moveTo(event);
      }}
      onKeyDown={(event) => {
        const moves: Record<string, Point> = {
          ArrowLeft: [-1, 0],
          ArrowRight: [1, 0],
          ArrowDown: [0, -1],
          ArrowUp: [0, 1],
        };
        const move = moves[event.key];
        if (move === undefined) return;
        event.preventDefault();
        const { x, y } = LANDSCAPES[landscape];
        const far = event.shiftKey ? 0.1 : 0.01;
        onMove([start[0] + move[0] * far * (x[1] - x[0]), start[1] + move[1] * far * (y[1] - y[0])]);
      }}
    />
  );
}

function StartFields({
  w,
  landscape,
  start,
  onMove,
}: {
  w: Words;
  landscape: LandscapeName;
  start: Point;
  onMove: (point: Point) => void;
}) {
  const { x, y } = LANDSCAPES[landscape];
  return (
    <fieldset class="pair">
      <legend>{w.start}</legend>
      <NumberField
        label={w.startX}
        value={start[0]}
        min={x[0]}
        max={x[1]}
        onChange={(value) => onMove([value, start[1]])}
      />
      <NumberField
        label={w.startY}
        value={start[1]}
        min={y[0]}
        max={y[1]}
        onChange={(value) => onMove([start[0], value])}
      />
    </fieldset>
  );
}

interface RunnersProps {
  readonly w: Words;
  readonly state: LandscapesState;
  readonly paths: readonly Path[];
  readonly time: number;
  readonly onChange: (runners: LandscapesState['runners']) => void;
}

/** The optimizers that can run, as boxes to tick. */
function Picker({ w, state: { landscape, runners }, onChange }: Omit<RunnersProps, 'paths' | 'time'>): JSX.Element {
  const toggle = (name: OptimizerName, on: boolean) => {
    const others = runners.filter((one) => one.name !== name);
    const added = on ? [...others, { name, lr: defaultRate(name, LANDSCAPES[landscape]) }] : others;
    onChange(OPTIMIZER_NAMES.flatMap((one) => added.find((runner) => runner.name === one) ?? []));
  };
  return (
    <fieldset class="picker">
      <legend>{w.optimizers}</legend>
      {OPTIMIZER_NAMES.map((name) => (
        <Toggle key={name} checked={runners.some((one) => one.name === name)} onChange={(on) => toggle(name, on)}>
          {TITLES[name]}
        </Toggle>
      ))}
    </fieldset>
  );
}

/** The optimizers that run: their learning rates, and where they are at the time that is shown. */
function Runners({ w, state: { runners }, paths, time, onChange }: RunnersProps): JSX.Element {
  if (runners.length === 0) return <p>{w.none}</p>;
  return (
    <table class="runners">
      <thead>
        <tr>
          {[w.optimizer, w.rate, w.value, w.place].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {runners.map(({ name, lr }, k) => {
          const path = paths.find((one) => one.name === name);
          return (
            <tr key={name} data-optimizer={name}>
              <th scope="row">
                <span class={`swatch k${k % 6} dash${Math.floor(k / 6)}`} />
                {TITLES[name]}
              </th>
              <td>
                <NumberField
                  hideLabel
                  label={w.rateOf(TITLES[name])}
                  value={lr}
                  min={0.000001}
                  max={1000}
                  onChange={(rate) => onChange(runners.map((one) => (one.name === name ? { name, lr: rate } : one)))}
                />
              </td>
              {path && <Now {...{ w, path, time }} />}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Value and place of a path at a time. */
function Now({ w, path, time }: { w: Words; path: Path; time: number }): JSX.Element {
  const last = lastStep(path, time);
  const end = path.values.length - 1;
  const ended = last === end && time > end;
  const value = path.values[last]!;
  return (
    <>
      <td>
        {Number.isFinite(value) ? value.toPrecision(4) : '∞'}
        {last === end && path.diverged ? ` (${w.diverged(end)})` : ended ? ` (${w.converged(end)})` : ''}
      </td>
      <td>
        {number(path.points[2 * last]!)}, {number(path.points[2 * last + 1]!)}
      </td>
    </>
  );
}

const number = (x: number): string => (Number.isFinite(x) && Math.abs(x) < 1e6 ? x.toFixed(4) : '∞');
