import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Slider, Toggle } from '../../ui/fields.js';
import '../../ui/layers.css';
import { Later } from '../../ui/later.js';
import { LossChart } from '../../ui/lossChart.js';
import { language, readAddress, writeAddress } from '../host.js';
import { AirfoilTable } from './airfoilTable.js';
import { Scratch } from './scratch/index.js';
import {
  type ChapterState,
  HALVES,
  INITIAL,
  LIMITS,
  type NumberName,
  OPTIMIZERS,
  readState,
  writeState,
} from './state.js';
import { StepByStep } from './stepByStep.js';
import './style.css';
import { type Run, useRun } from './useRun.js';
import { type Words, words } from './words.js';

/** The chapter "Adam": its equations, its training, its steps. */
export default function Chapter(): JSX.Element {
  const w = words[language.value];
  const [state, setState] = useState<ChapterState>(() => readState(readAddress()));
  const run = useRun(state);
  const change = (part: Partial<ChapterState>) => {
    const next = { ...state, ...part };
    setState(next);
    writeAddress(writeState(next));
  };
  const { optimizers } = state;
  return (
    <section class="chapter">
      <h1>{w.title}</h1>
      <p class="intro">{w.intro}</p>
      <div class="beside">
        <div>
          <Curves {...{ w, state, run }} />
          <Buttons {...{ w, run }} onReset={() => change(INITIAL)} />
          <Outcomes {...{ w, state, run }} />
        </div>
        <div class="controls">
          <Later>
            <Numbers {...{ w, state }} onChange={change} />
            <fieldset>
              <legend>{w.optimizers}</legend>
              <div class="picker">
                {OPTIMIZERS.map((name) => (
                  <Toggle
                    key={name}
                    checked={optimizers.includes(name)}
                    onChange={(on) =>
                      change({ optimizers: OPTIMIZERS.filter((one) => (one === name ? on : optimizers.includes(one))) })
                    }
                  >
                    {name}
                  </Toggle>
                ))}
              </div>
            </fieldset>
            <p>{w.adamAlone}</p>
          </Later>
        </div>
      </div>
      <Later>
        <StepByStep {...{ w, state }} trace={run.steps} />
      </Later>
      <Later>
        <Scratch state={state} />
      </Later>
      <Later>
        <AirfoilTable w={w} />
      </Later>
      <Later>
        <Exercises w={w} onChange={change} />
      </Later>
    </section>
  );
}

interface RunProps {
  readonly w: Words;
  readonly state: ChapterState;
  readonly run: Run;
}

/** The losses, in a component of their own: while they grow, nothing else is rendered. */
function Curves({ w, state: { optimizers }, run }: RunProps): JSX.Element {
  const curves = run.curves.value;
  return (
    <LossChart
      label={w.picture(optimizers.join(', '))}
      xLabel={w.epoch}
      curves={optimizers.map((name) => ({ name, color: OPTIMIZERS.indexOf(name) }))}
      data={curves.length === optimizers.length + 1 ? curves : [[], ...optimizers.map(() => [])]}
      height={320}
    />
  );
}

interface ChangeProps {
  readonly w: Words;
  readonly onChange: (part: Partial<ChapterState>) => void;
}

const LOG: readonly NumberName[] = ['lr', 'eps', 'epochs', 'batchSize'];
const NAMES = Object.keys(LIMITS) as NumberName[];

function Numbers({ w, state, onChange }: ChangeProps & { readonly state: ChapterState }): JSX.Element {
  return (
    <div class="pair">
      {NAMES.map((name) => (
        <Slider
          key={name}
          label={w.numbers[name]}
          value={state[name]}
          min={LIMITS[name][0]}
          max={LIMITS[name][1]}
          step={name === 'beta1' ? 0.01 : name === 'beta2' ? 0.0001 : 1}
          log={LOG.includes(name)}
          onChange={(value) =>
            onChange({ [name]: name === 'epochs' || name === 'batchSize' ? Math.round(value) : value })
          }
        />
      ))}
    </div>
  );
}

function Buttons({
  w,
  run,
  onReset,
}: {
  readonly w: Words;
  readonly run: Run;
  readonly onReset: () => void;
}): JSX.Element {
  const status = run.status.value;
  return (
    <div class="buttons" data-status={status}>
      {status === 'ended' ? (
        <button type="button" class="primary" onClick={run.restart}>
          {w.run}
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => run.command(status === 'running' ? 'stop' : 'goOn')}>
          {status === 'running' ? w.stop : w.goOn}
        </button>
      )}
      <button type="button" onClick={onReset}>
        {w.reset}
      </button>
    </div>
  );
}

/** Last losses and weights; all their digits are in `data-` attributes, for comparing bits. */
function Outcomes({ w, state, run }: RunProps): JSX.Element {
  return (
    <>
      {run.error.value && <p role="alert">{run.error}</p>}
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">{w.optimizer}</th>
              <th scope="col">{w.loss}</th>
            </tr>
          </thead>
          <tbody aria-live="polite">
            {state.optimizers.map((name) => {
              const outcome = run.outcomes.value[name];
              const loss = outcome?.loss;
              return (
                <tr key={name} data-optimizer={name} data-loss={loss} data-weights={outcome?.weights.join(' ')}>
                  <th scope="row">{name}</th>
                  <td>{outcome?.status === 'diverged' ? w.diverged : loss?.toFixed(6)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The chapter's exercises, with buttons that start their runs. */
function Exercises({ w, onChange }: ChangeProps): JSX.Element {
  const show = (part: Partial<ChapterState>) => {
    onChange({ ...INITIAL, ...part });
    document.querySelector('.chapter')?.scrollIntoView();
  };
  return (
    <>
      <h2>{w.exercises}</h2>
      <h3>{w.exercise1}</h3>
      <p>{w.exercise1Text}</p>
      <div class="buttons">
        {[0.001, 0.01, 0.1, 1].map((lr) => (
          <button key={lr} type="button" onClick={() => show({ lr })}>
            {w.tryRate(lr)}
          </button>
        ))}
      </div>
      <h3>{w.exercise2}</h3>
      <p>{w.exercise2Text}</p>
      <div class="buttons">
        <button type="button" onClick={() => show(HALVES.rmsprop)}>
          {w.withoutMomentum}
        </button>
        <button type="button" onClick={() => show(HALVES.momentum)}>
          {w.constantDenominator}
        </button>
      </div>
    </>
  );
}
