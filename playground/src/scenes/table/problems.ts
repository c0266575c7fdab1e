// Problems of a table as switches: a problem that is switched on adds its fix to the options.
import type { ColumnReading, CsvFix, CsvProblem } from 'adamas/datasets';

/** The name of a problem in an address: its kind, line and column. */
export const keyOf = ({ code, line, column }: CsvProblem): string =>
  [code, line ?? '', column ?? ''].map((part) => encodeURIComponent(part)).join('.');

/** Problems without duplicates, in the order of their first occurrence. */
export const union = (...lists: readonly (readonly CsvProblem[])[]): CsvProblem[] =>
  [
    ...new Map(
      lists
        .flat()
        .map((problem) => [keyOf(problem), problem] as const)
        .reverse(),
    ).values(),
  ].reverse();

/** The fixes of problems as one, as an error of the package merges them; kinds of columns that the user chose come last. */
export function mergeFixes(problems: readonly CsvProblem[], kinds: Readonly<Record<string, ColumnReading>>): CsvFix {
  const columns: Record<string, ColumnReading> = {};
  const lines = new Set<number>();
  let merged: CsvFix = {};
  for (const { fix } of problems) {
    if (fix === undefined) continue;
    for (const [name, reading] of Object.entries(fix.columns ?? {})) columns[name] = joined(columns[name], reading);
    const { skip } = fix;
    if (typeof skip === 'number') for (let line = 1; line <= skip; line++) lines.add(line);
    else for (const line of skip ?? []) lines.add(line);
    merged = { ...merged, ...fix };
  }
  Object.assign(columns, kinds);
  return {
    ...merged,
    ...(lines.size > 0 && { skip: [...lines].sort((a, b) => a - b) }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}

/** Two fixes of one column together: one may set its kind, the other its missing values. */
function joined(first: ColumnReading | undefined, second: ColumnReading): ColumnReading {
  if (first === undefined || first === 'ignore' || second === 'ignore')
    return second === 'ignore' ? second : (first ?? second);
  const detail = (reading: ColumnReading) => (typeof reading === 'string' ? { kind: reading } : reading);
  return { ...detail(first), ...detail(second) } as ColumnReading;
}
