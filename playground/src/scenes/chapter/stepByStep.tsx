import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Slider } from '../../ui/fields.js';
import { Formula } from '../../ui/formula.js';
import { Later } from '../../ui/later.js';
import equations from './equations.tex';
import { type ChapterState, MAX_TRACE, PARAMETERS, TRACED } from './state.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly state: ChapterState;
  /** The trace of the run, as train.ts gives it. */
  readonly trace: Signal<Float32Array>;
}

/** Value of each equation in one step, for one parameter. */
function quantities({ lr, beta1, beta2, eps }: ChapterState, values: Float32Array, step: number, k: number) {
  const at = ((step - 1) * PARAMETERS + k) * TRACED;
  const [g, v, s, x] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
  const vHat = v / (1 - beta1 ** step);
  const sHat = s / (1 - beta2 ** step);
  return { g, v, s, vHat, sHat, update: (lr * vHat) / (Math.sqrt(sHat) + eps), x };
}

const NUMBER = (value: number) =>
  value === 0 || Math.abs(value) >= 1e-3 ? value.toPrecision(6) : value.toExponential(4);

const NAMES = ['g', 'v', 's', 'vHat', 'sHat', 'update', 'x'] as const;

/** Adam's equations, each beside its values in one step. */
export function StepByStep({ w, state, trace }: Props): JSX.Element {
  const values = trace.value;
  const chosen = useSignal(1);
  const steps = values.length / (PARAMETERS * TRACED);
  const step = Math.max(1, Math.min(chosen.value, steps));
  const columns = steps === 0 ? [] : Array.from({ length: PARAMETERS }, (_, k) => quantities(state, values, step, k));
  const move = (by: number) => {
    chosen.value = Math.max(1, Math.min(steps, step + by));
  };
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{w.steps}</h2>
      <p>
        {w.stepsIntro} {steps === MAX_TRACE && w.traced(MAX_TRACE)}
      </p>
      <div class="timeline">
        <button type="button" disabled={step <= 1} onClick={() => move(-1)}>
          {w.back}
        </button>
        <button type="button" disabled={step >= steps} onClick={() => move(1)}>
          {w.next}
        </button>
        <Slider
          label={w.step}
          value={step}
          min={1}
          max={Math.max(1, steps)}
          text={(value) => w.stepOf(value, steps)}
          onChange={(value) => {
            chosen.value = value;
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the keyboard */}
      <section class="wide" tabIndex={0} aria-label={w.steps}>
        <table class="steps">
          <thead>
            <tr>
              <th scope="col">{w.equation}</th>
              {columns.map((_, k) => (
                <th key={k} scope="col">
                  {k < 5 ? `w${k + 1}` : w.bias}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NAMES.map((name) => (
              <Later key={name}>
                <tr data-quantity={name}>
                  <th scope="row">
                    <Formula mathml={equations[name]} />
                  </th>
                  {columns.map((column, k) => (
                    <td key={k}>{NUMBER(column[name])}</td>
                  ))}
                </tr>
              </Later>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
