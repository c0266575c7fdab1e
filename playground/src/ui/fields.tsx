import './fields.css';
import type { ComponentChildren, JSX, TargetedEvent } from 'preact';
import { useId } from 'preact/hooks';

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number | 'any';
  readonly disabled?: boolean;
  readonly hideLabel?: boolean;
  readonly onChange: (value: number) => void;
}

/** A number to type. It counts once it is within its limits, when the field is left or Enter is pressed. */
export function NumberField({
  label,
  value,
  step = 'any',
  hideLabel = false,
  onChange,
  ...limits
}: NumberProps): JSX.Element {
  const id = useId();
  const change = ({ currentTarget: field }: TargetedEvent<HTMLInputElement>) => {
    if (field.value !== '' && field.checkValidity()) onChange(field.valueAsNumber);
    else field.value = String(value);
  };
  return (
    <span class="field">
      <label for={id} class={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      <input id={id} type="number" inputMode="decimal" step={step} value={value} onChange={change} {...limits} />
    </span>
  );
}

interface SliderProps extends Omit<NumberProps, 'step' | 'hideLabel'> {
  readonly step?: number;
  /** The slider moves along the logarithm, in 40 places a power of ten. */
  readonly log?: boolean;
  readonly text?: (value: number) => string;
}

const PLACES = 40;

/** A number on a slider, with its value beside the label. */
export function Slider({
  label,
  value,
  min,
  max,
  step = 1,
  log = false,
  text = String,
  disabled,
  onChange,
}: SliderProps): JSX.Element {
  const id = useId();
  const place = (x: number) => Math.round(PLACES * Math.log10(x));
  const moved = ({ currentTarget: { valueAsNumber: x } }: TargetedEvent<HTMLInputElement>) =>
    onChange(log ? Number((10 ** (x / PLACES)).toPrecision(2)) : x);
  const range = log ? { min: place(min), max: place(max), step: 1, value: place(value) } : { min, max, step, value };
  return (
    <span class="field">
      <label for={id}>
        {label} <output for={id}>{text(value)}</output>
      </label>
      <input id={id} type="range" aria-valuetext={text(value)} disabled={disabled} onInput={moved} {...range} />
    </span>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly disabled?: boolean;
  readonly hideLabel?: boolean;
  readonly onChange: (value: T) => void;
}

/** One of several, from a list. */
export function Choice<T extends string>({
  label,
  value,
  options,
  disabled,
  hideLabel = false,
  onChange,
}: ChoiceProps<T>): JSX.Element {
  const id = useId();
  return (
    <span class="field">
      <label for={id} class={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      <select
        id={id}
        disabled={disabled}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

interface ToggleProps {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
  readonly onChange: (checked: boolean) => void;
}

/** A box to tick. */
export function Toggle({ checked, disabled, children, onChange }: ToggleProps): JSX.Element {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}
