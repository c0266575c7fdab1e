import type { DlHTMLAttributes, JSX } from 'preact';
import './figures.css';

interface Props extends DlHTMLAttributes<HTMLDListElement> {
  readonly figures: readonly (readonly [name: string, value: string])[];
}

/** Figures with their names, side by side. */
export function Figures({ figures, ...attributes }: Props): JSX.Element {
  return (
    <dl class="figures" {...attributes}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
