import type { JSX } from 'preact';
import { MAX_LAYERS, MAX_UNITS } from './state.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly onChange: (hidden: readonly number[]) => void;
}

/** The layers of the network, with buttons that change them. */
export function NetworkEditor({ w, hidden, classes, onChange }: Props): JSX.Element {
  const set = (i: number, units: number) => onChange(hidden.map((one, k) => (k === i ? units : one)));
  return (
    <fieldset class="network">
      <legend>{w.network}</legend>
      <ol>
        <li>{w.inputs}</li>
        {hidden.map((units, i) => (
          <li key={i}>
            <span>
              {w.layer(i + 1)}: {w.units(units)}
            </span>
            <span class="buttons">
              <button type="button" aria-label={w.less(i + 1)} disabled={units === 1} onClick={() => set(i, units - 1)}>
                −
              </button>
              <button
                type="button"
                aria-label={w.more(i + 1)}
                disabled={units === MAX_UNITS}
                onClick={() => set(i, units + 1)}
              >
                +
              </button>
            </span>
          </li>
        ))}
        <li>{w.outputs(classes)}</li>
      </ol>
      <p class="buttons">
        <button type="button" disabled={hidden.length === MAX_LAYERS} onClick={() => onChange([...hidden, 8])}>
          {w.addLayer}
        </button>
        <button type="button" disabled={hidden.length === 0} onClick={() => onChange(hidden.slice(0, -1))}>
          {w.removeLayer}
        </button>
      </p>
    </fieldset>
  );
}
