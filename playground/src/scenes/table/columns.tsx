import type { ColumnKind, CsvProblem } from 'adamas/datasets';
import type { JSX } from 'preact';
import { Choice, Toggle } from '../../ui/fields.js';
import { grouped } from '../../ui/grouped.js';
import { keyOf } from './problems.js';
import { literal } from './recipe.js';
import type { TableControls } from './useTable.js';
import type { Words } from './words.js';

const KINDS: readonly ColumnKind[] = ['number', 'category', 'date', 'ignore'];

interface Props {
  readonly w: Words;
  readonly table: TableControls;
}

/** Findings in the columns, with a choice for each. */
export function Columns({ w, table }: Props): JSX.Element {
  const { state, view } = table;
  const { columns, rows } = view.inspection!;
  const choose = (name: string, kind: ColumnKind | '') => {
    const { [name]: _, ...others } = state.kinds;
    table.change({ kinds: kind === '' ? others : { ...others, [name]: kind } });
  };
  return (
    <>
      <h2>{w.columns}</h2>
      <p>{w.inside(view.file!.name, grouped(rows), columns.length)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the page is scrolled by keys */}
      <section class="wide" aria-label={w.columns} tabIndex={0}>
        <table class="columns">
          <thead>
            <tr>
              {[w.column, w.found, w.first, w.missing, w.readAs].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, kind, samples, missing }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-label={w.found}>{w.inferred[kind]}</td>
                <td data-label={w.first} class="samples">
                  {samples.map((sample) => short(sample)).join(', ')}
                </td>
                <td data-label={w.missing} class="number">
                  {grouped(missing)}
                </td>
                <td>
                  <Choice
                    hideLabel
                    label={w.readColumnAs(name)}
                    value={state.kinds[name] ?? ''}
                    options={[['', w.automatic] as const, ...KINDS.map((one) => [one, w.kinds[one]] as const)]}
                    onChange={(one) => choose(name, one)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const short = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** The problems that are open, and those whose fix is switched on. */
export function openProblems({ state, view }: TableControls): readonly CsvProblem[] {
  const current = new Set(view.inspection?.problems.map(keyOf));
  return view.problems.filter((problem) => current.has(keyOf(problem)) && !state.fixes.includes(keyOf(problem)));
}

/** Every problem of the table, with its fix as a switch. */
export function Problems({ w, table }: Props): JSX.Element {
  const { state, view } = table;
  const open = new Set(openProblems(table));
  const shown = view.problems.filter((problem) => open.has(problem) || state.fixes.includes(keyOf(problem)));
  const notes = view.inspection!.notes;
  return (
    <>
      <h2>{w.problems}</h2>
      {shown.length === 0 ? <p>{w.noProblems}</p> : <p>{w.problemsHelp}</p>}
      <ul class="problems">
        {shown.map((problem) => (
          <li key={keyOf(problem)} data-problem={problem.code} class={open.has(problem) ? undefined : 'fixed'}>
            <p>
              <strong>{[problem.line && w.line(problem.line), problem.column].filter(Boolean).join(', ')}</strong>{' '}
              <span lang="en">{problem.message}</span>
            </p>
            {problem.fix ? (
              <Toggle checked={!open.has(problem)} onChange={(on) => table.switchFix(problem, on)}>
                {w.fix('')}
                <code>{fixText(problem.fix)}</code>
              </Toggle>
            ) : (
              <p>{w.noFix}</p>
            )}
          </li>
        ))}
      </ul>
      {[...open].some(({ fix }) => fix) && (
        <button type="button" onClick={table.switchAll}>
          {w.fixAll}
        </button>
      )}
      {notes.length > 0 && (
        <>
          <h3>{w.notes}</h3>
          <ul lang="en">
            {notes.map(({ code, column, message }) => (
              <li key={code + column}>
                {column} {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const fixText = (fix: object): string =>
  Object.entries(fix)
    .map(([key, value]) => `${key}: ${literal(value)}`)
    .join(', ');
