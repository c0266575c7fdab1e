import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Slider } from '../../ui/fields.js';
import { type ChapterState, MAX_TRACE, PARAMETERS, TRACED } from './state.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly state: ChapterState;
  /** The trace of the run, as train.ts gives it. */
  readonly values: Float32Array;
}

const NUMBER = (value: number) => value.toPrecision(6);

/** The quantities of one step of Adam, for each parameter. */
export function StepByStep({ w, state, values }: Props): JSX.Element {
  const chosen = useSignal(1);
  const steps = values.length / (PARAMETERS * TRACED);
  const step = Math.max(1, Math.min(chosen.value, steps));
  const { beta1, beta2 } = state;
  const rows =
    steps === 0
      ? []
      : Array.from({ length: PARAMETERS }, (_, k) => {
          const at = ((step - 1) * PARAMETERS + k) * TRACED;
          const [g, v, s, before, x] = values.subarray(at, at + TRACED) as unknown as [
            number,
            number,
            number,
            number,
            number,
          ];
          return [g, v, s, v / (1 - beta1 ** step), s / (1 - beta2 ** step), before - x, x];
        });
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
              <th scope="col">{w.parameter}</th>
              {['g', 'v', 's', 'v̂', 'ŝ', w.update, 'x'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, k) => (
              <tr key={k}>
                <th scope="row">{k < 5 ? `w${k + 1}` : w.bias}</th>
                {row.map((value, column) => (
                  <td key={column}>{NUMBER(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
