import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Choice, NumberField, Slider } from '../../ui/fields.js';
import { Later } from '../../ui/later.js';
import { language, readAddress, writeAddress } from '../host.js';
import { LANDSCAPE_NAMES, LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import { Picker, Runners } from './runners.js';
import { StartMap } from './startMap.js';
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
