import type { JSX } from 'preact';
import { NumberField, Toggle } from '../../ui/fields.js';
import '../../ui/swatch.css';
import { LANDSCAPES } from './functions.js';
import { lastStep } from './map.js';
import { defaultRate, OPTIMIZER_NAMES, type OptimizerName, TITLES } from './optimizers.js';
import type { Path } from './paths.js';
import type { LandscapesState } from './state.js';
import type { Run } from './useRun.js';
import type { Words } from './words.js';

interface RunnersProps {
  readonly w: Words;
  readonly state: LandscapesState;
  readonly run: Run;
  readonly onChange: (runners: LandscapesState['runners']) => void;
}

/** The optimizers that can run, as boxes to tick. */
export function Picker({ w, state: { landscape, runners }, onChange }: Omit<RunnersProps, 'run'>): JSX.Element {
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
export function Runners({ w, state: { runners }, run, onChange }: RunnersProps): JSX.Element {
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
              <td data-rate={w.rate}>
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
