import type { JSX, TargetedPointerEvent } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { Canvas, type Draw } from '../../ui/canvas.js';
import { Choice, NumberField, Slider, Toggle } from '../../ui/fields.js';
import '../../ui/layers.css';
import { Later } from '../../ui/later.js';
import '../../ui/swatch.css';
import { language, readAddress, writeAddress } from '../host.js';
import { LANDSCAPE_NAMES, LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import type { GroundRequest } from './ground.js';
import { drawPaths, fromMap, lastStep } from './map.js';
import { defaultRate, OPTIMIZER_NAMES, type OptimizerName, TITLES } from './optimizers.js';
import type { Path } from './paths.js';
import { clamp, initial, type LandscapesState, MAX_STEPS, readState, writeState } from './state.js';
import './style.css';
import { type Run, useRun } from './useRun.js';
import { type Words, words } from './words.js';

/** Paths of optimizers over a function of two variables. */
export default function Landscapes(): JSX.Element {
  const w = words[language.value];
  const [state, setState] = useState<LandscapesState>(() => readState(readAddress()));
  const run = useRun(state);

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
    run.play();
  };
  const steps = (count: number) => {
    change({ steps: count });
    run.stop(count);
  };
  const { landscape, start } = state;
  return (
    <section class="landscapes">
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="beside">
        <figure>
          <StartMap
            {...{ landscape, start, run, label: w.picture(w.names[landscape], start[0], start[1]) }}
            onMove={(point) => {
              run.stop(state.steps);
              change({ start: clamp(point, landscape) });
            }}
          />
          <Timeline {...{ w, run }} steps={state.steps} />
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
          <p class="formula" lang="en">
            {LANDSCAPES[landscape].formula}
          </p>
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
          <Later>
            <Picker {...{ w, state }} onChange={(runners) => change({ runners })} />
          </Later>
        </div>
      </div>
      {run.error.value && <p role="alert">{run.error}</p>}
      <Later>
        <Runners {...{ w, state, run }} onChange={(runners) => change({ runners })} />
      </Later>
    </section>
  );
}

/** The time that is shown, with a button that plays it. */
function Timeline({ w, run, steps }: { readonly w: Words; readonly run: Run; readonly steps: number }): JSX.Element {
  const playing = run.playing.value;
  return (
    <div class="timeline">
      <button type="button" onClick={() => (playing ? run.stop(run.time.value) : run.play())}>
        {playing ? w.pause : w.play}
      </button>
      <Slider
        label={w.time}
        value={Math.min(run.readTime.value, steps)}
        min={0}
        max={steps}
        text={(t) => w.step(t, steps)}
        onChange={run.stop}
      />
    </div>
  );
}

interface MapProps {
  readonly landscape: LandscapeName;
  readonly start: Point;
  readonly run: Run;
  readonly label: string;
  readonly onMove: (point: Point) => void;
}

/** The map and, over it, the paths; the start can be dragged or moved by the arrow keys. */
function StartMap(props: MapProps): JSX.Element {
  return (
    <div class="layered">
      <Ground {...props} />
      <Paths {...props} />
    </div>
  );
}

function Ground({ landscape, run }: MapProps): JSX.Element {
  const ground = run.ground.value;
  const asked = useRef('');
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      const size = context.canvas.width;
      const request: GroundRequest = {
        ...{ landscape, size, ratio: size / width },
        colors: [theme.page, theme.series[0]!, theme.muted],
      };
      // The old picture stays until the new one is there.
      if (ground) context.drawImage(ground, 0, 0, width, height);
      const key = JSON.stringify(request);
      if (asked.current !== key) run.askGround(request);
      asked.current = key;
    },
    [landscape, ground],
  );
  return <Canvas aspect={1} draw={draw} />;
}

function Paths({ landscape, start, run, label, onMove }: MapProps): JSX.Element {
  const paths = run.paths.value;
  const time = run.time.value;
  const draw: Draw = useCallback(
    (context, width, height, theme) => {
      context.clearRect(0, 0, width, height);
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
  readonly run: Run;
  readonly onChange: (runners: LandscapesState['runners']) => void;
}

/** The optimizers that can run, as boxes to tick. */
function Picker({ w, state: { landscape, runners }, onChange }: Omit<RunnersProps, 'run'>): JSX.Element {
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
function Runners({ w, state: { runners }, run, onChange }: RunnersProps): JSX.Element {
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
          const path = run.paths.value.find((one) => one.name === name);
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
              {path && <Now {...{ w, path, run }} />}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Value and place of a path at a time. */
function Now({ w, path, run }: { w: Words; path: Path; run: Run }): JSX.Element {
  const time = run.readTime.value;
  const last = lastStep(path, time);
  const end = path.values.length - 1;
  const ended = last === end && time > end;
  const value = path.values[last]!;
  return (
    <>
      <td data-label={w.value}>
        {Number.isFinite(value) ? value.toPrecision(4) : '∞'}
        {last === end && path.diverged ? ` (${w.diverged(end)})` : ended ? ` (${w.converged(end)})` : ''}
      </td>
      <td data-label={w.place}>
        {number(path.points[2 * last]!)}, {number(path.points[2 * last + 1]!)}
      </td>
    </>
  );
}

const number = (x: number): string => (Number.isFinite(x) && Math.abs(x) < 1e6 ? x.toFixed(4) : '∞');
