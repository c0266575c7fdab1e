// Trial readings of a table with the options that are proposed for it: each may reveal further problems, with further options.
import { type CsvProblem, mergeFixes } from './error.js';
import type { CsvOptions } from './options.js';

/** Largest number of trials. */
export const TRIALS = 3;

/** The options of a trial: those given with the proposed ones; undefined if nothing is proposed. */
export function proposed(
  options: Partial<CsvOptions>,
  problems: readonly CsvProblem[],
): Partial<CsvOptions> | undefined {
  const fix = mergeFixes(problems);
  if (Object.keys(fix).length === 0) return undefined;
  return { ...options, ...fix, columns: { ...options.columns, ...fix.columns } };
}

/** Problems with those of a trial: new ones, and after the last one each column that it refused is left out, or taken as text where that is needed. */
export function joined(
  problems: readonly CsvProblem[],
  found: readonly CsvProblem[],
  trial: number,
  columns: readonly { readonly name: string }[],
  options: Partial<CsvOptions>,
): readonly CsvProblem[] {
  const keyOf = ({ code, line, column }: CsvProblem) => JSON.stringify([code, line, column]);
  const known = new Set(problems.map(keyOf));
  const all = [...problems, ...found.filter((problem) => !known.has(keyOf(problem)))];
  if (trial < TRIALS) return all;
  const refused = found.filter(({ column }) => column !== undefined);
  const names = new Set(refused.map(({ column }) => column));
  const fix = mergeFixes(problems);
  const targets = new Set<unknown>([options.target, fix.target].flat());
  const readings = { ...options.columns, ...fix.columns };
  const left = columns.some(({ name }) => !targets.has(name) && !names.has(name) && readings[name] !== 'ignore');
  const last = refused.map((problem) => {
    const isTarget = targets.has(problem.column);
    const missing = all.some(({ code, column }) => code === 'missing' && column === problem.column);
    const text = missing ? ({ kind: 'category', missing: isTarget ? 'drop' : 'class' } as const) : 'category';
    const reading = isTarget || !left ? text : 'ignore';
    return { ...problem, fix: { columns: { [problem.column!]: reading } } } as const;
  });
  const replaced = new Set(last.map(keyOf));
  return [...all.filter((problem) => !replaced.has(keyOf(problem))), ...last];
}
