import type { CsvColumn, CsvRow } from 'adamas/datasets';
import type { JSX, TargetedSubmitEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Figures } from '../../ui/figures.js';
import { grouped } from '../../ui/grouped.js';
import { PlotPicture } from '../../ui/plotPicture.js';
import type { TableControls } from './useTable.js';
import type { Words } from './words.js';

interface Props {
  readonly w: Words;
  readonly table: TableControls;
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Scores on the rows that were held out, their picture, and the importance of the columns. */
export function Scores({ w, table: { view } }: Props): JSX.Element {
  const { model, picture } = view;
  const { scores, epochs } = model!;
  if (scores === undefined) return <p>{w.heldNone}</p>;
  const figures: readonly (readonly [string, string])[] = [
    ...(scores.accuracy === undefined
      ? ([
          [w.r2, scores.r2!.toFixed(4)],
          [w.mae, figure(scores.mae!)],
        ] as const)
      : ([[w.accuracy, percent(scores.accuracy)]] as const)),
    [w.rows, grouped(scores.rows)],
    ...(epochs > 0 ? ([[w.epochs, String(epochs)]] as const) : []),
  ];
  return (
    <>
      <h2>{w.held}</h2>
      <Figures figures={figures} />
      {picture && <PlotPicture svg={picture.svg} />}
      {picture && picture.shown < scores.rows && <p class="help">{w.pointsShown(picture.shown)}</p>}
    </>
  );
}

export function Importances({ w, table: { view } }: Props): JSX.Element | null {
  const { importances, importanceRows, model } = view;
  if (importances.length === 0) return null;
  const sorted = [...importances].sort((a, b) => b.mean - a.mean);
  const largest = Math.max(1e-9, sorted[0]!.mean);
  const score = model!.scores!.accuracy === undefined ? w.r2 : w.accuracy;
  return (
    <>
      <h2>{w.importance}</h2>
      <p>{w.importanceHelp(score, importanceRows)}</p>
      <table class="importances">
        <thead>
          <tr>
            <th scope="col">{w.column}</th>
            <th scope="col">{w.fall}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ column, mean, deviation }) => (
            <tr key={column}>
              <th scope="row">{column}</th>
              <td class="number">
                {mean.toFixed(3)} ± {deviation.toFixed(3)}
              </td>
              <td class="bar">
                <meter min={0} max={largest} value={Math.max(0, mean)} aria-hidden="true" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The most frequent value, or the mean. */
function usualValue(column: CsvColumn): string {
  if (column.kind === 'category') return column.classes[column.counts.indexOf(Math.max(...column.counts))]!;
  return column.kind === 'date' ? dateText(column.mean) : figure(column.mean);
}

const DAY = 86_400_000;
const dateText = (days: number): string => new Date(Math.round(days) * DAY).toISOString().slice(0, 10);

/** A form that predicts one row, with a field per column. */
export function PredictForm({ w, table }: Props): JSX.Element {
  const { columns, target } = table.view.model!;
  const { prediction, error } = table.view;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    table.predict(
      Object.fromEntries(columns.map((column, i) => [column.name, fieldValue(column, String(data.get(`c${i}`)))])),
    );
  };
  const value = prediction?.value;
  const text = typeof value === 'number' ? (target.kind === 'date' ? dateText(value) : figure(value)) : String(value);
  return (
    <>
      <h2>{w.predict}</h2>
      <p>{w.predictHelp}</p>
      <form onSubmit={submit}>
        <div class="options">
          {columns.map((column, i) => (
            <RowField key={column.name} name={`c${i}`} column={column} />
          ))}
        </div>
        <p class="buttons">
          <button type="submit">{w.predictButton}</button>
        </p>
      </form>
      <output class="prediction" aria-live="polite">
        {prediction && w.prediction(target.name, text)}
        {prediction?.probabilities && target.kind === 'category' && (
          <ul>
            {target.classes.map((name, k) => (
              <li key={name}>
                {name}: {percent(prediction.probabilities![k]!)}
              </li>
            ))}
          </ul>
        )}
      </output>
      {error?.command === 'predict' && (
        <p role="alert" lang="en">
          {error.message}
        </p>
      )}
    </>
  );
}

/** A field's value as the package reads it: null where it is missing. */
function fieldValue({ kind }: CsvColumn, text: string): CsvRow[string] {
  if (text === '') return null;
  return kind === 'date' ? new Date(text) : kind === 'number' ? Number(text) : text;
}

function RowField({ name, column }: { readonly name: string; readonly column: CsvColumn }): JSX.Element {
  const id = useId();
  const [first] = useState(() => usualValue(column));
  return (
    <span class="field">
      <label for={id}>{column.name}</label>
      {column.kind === 'category' ? (
        <select id={id} name={name} defaultValue={first}>
          {column.classes.map((one) => (
            <option key={one} value={one} selected={one === first}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <input id={id} name={name} type={column.kind} step="any" defaultValue={first} />
      )}
    </span>
  );
}
