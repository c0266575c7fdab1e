import { show } from '../../validate.js';
import type { CsvOptions } from './options.js';

/** The options that a {@link CsvProblem} proposes. */
export type CsvFix = Partial<CsvOptions>;

/** Kinds of {@link CsvProblem}. */
export type CsvProblemCode =
  | 'encoding'
  | 'delimiter'
  | 'header'
  | 'rowNames'
  | 'fields'
  | 'quote'
  | 'rowLength'
  | 'name'
  | 'target'
  | 'empty'
  | 'missing'
  | 'absent'
  | 'number'
  | 'mixed'
  | 'notation'
  | 'date'
  | 'reader'
  | 'classes'
  | 'identifier'
  | 'oneClass'
  | 'unknownClass';

/** Something in a table that cannot be read as it stands. */
export interface CsvProblem {
  readonly code: CsvProblemCode;
  /** The line it stands on, counted from 1: that on which its row starts. The index of the row in a table of objects. */
  readonly line?: number | undefined;
  /** The name of its column. */
  readonly column?: string | undefined;
  readonly message: string;
  /** Options that fix it. Undefined if the text itself must change. */
  readonly fix?: CsvFix | undefined;
}

/** A fact about a table that does not keep it from being read, but is worth a look before training. */
export interface CsvNote {
  readonly code: 'lostDigits' | 'leadingZeros' | 'constant' | 'manyClasses' | 'rowNumbers' | 'dropped';
  readonly column?: string | undefined;
  readonly message: string;
}

/** Most problems that a message lists after the first. */
const LISTED = 12;

/** A table that cannot be read: all its problems, where they stand, and the options that fix them. */
export class CsvError extends RangeError {
  override readonly name = 'CsvError';
  /** The kind of the first problem. */
  readonly code: CsvProblemCode;
  /** The line of the first problem, counted from 1: that on which its row starts. Undefined when it is about no line. */
  readonly line: number | undefined;
  /** The column of the first problem. Undefined when it is about no column. */
  readonly column: string | undefined;
  /** All problems that were found. */
  readonly problems: readonly CsvProblem[];
  /** The options that fix all of them together, as far as options can: to add to those of the call. */
  readonly fix: CsvFix;
  /** The `columns` of the fix. */
  readonly columns: NonNullable<CsvOptions['columns']>;

  /** @internal */
  constructor(place: string, problems: readonly CsvProblem[], rows = false) {
    const fix = mergeFixes(problems);
    super(`${place}${messageOf(problems, fix, rows)}`);
    const [first] = problems;
    this.code = first!.code;
    this.line = first!.line;
    this.column = first!.column;
    this.problems = problems;
    this.fix = fix;
    this.columns = fix.columns ?? {};
  }
}

function messageOf(problems: readonly CsvProblem[], fix: CsvFix, rows: boolean): string {
  const place = ({ line, column }: CsvProblem) => [
    ...(line === undefined ? [] : [`${rows ? 'row' : 'line'} ${line}`]),
    ...(column === undefined ? [] : [`column ${show(column)}`]),
  ];
  const [first, ...others] = problems;
  const lines = [`${[...place(first!).map((part) => `, ${part}`)].join('')}: ${first!.message}`];
  for (const problem of others.slice(0, LISTED))
    lines.push(`  ${[place(problem).join(', '), problem.message].filter((part) => part !== '').join(': ')}`);
  if (others.length > LISTED) lines.push(`  and ${others.length - LISTED} more: see the problems of this error`);
  if (Object.keys(fix).length > 0)
    lines[lines.length - 1] += `${lines.length > 1 ? '\nOptions' : '; options'} that fix it: ${optionsText(fix)}`;
  return lines.join('\n');
}

/** The fixes of all problems as one. */
export function mergeFixes(problems: readonly CsvProblem[]): CsvFix {
  const columns: [string, unknown][] = [];
  const skipped = new Set<number>();
  let first = 0;
  let merged: CsvFix = {};
  for (const { fix } of problems) {
    if (fix === undefined) continue;
    if (fix.columns) columns.push(...Object.entries(fix.columns));
    if (typeof fix.skip === 'number') first = Math.max(first, fix.skip);
    else for (const line of fix.skip ?? []) skipped.add(line);
    merged = { ...merged, ...fix };
  }
  return {
    ...merged,
    ...(skipped.size > 0 && { skip: [...new Set([...range(first), ...skipped])].sort((a, b) => a - b) }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) as NonNullable<CsvOptions['columns']> }),
  };
}

/** The whole numbers from 1 to n. */
function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Options as a program has them, to paste. */
export function optionsText(options: object): string {
  return Object.entries(options)
    .map(([key, value]) => `${key}: ${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, field]) => `${keyText(key)}: ${valueText(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** A name as a key of an object; `__proto__` alone would set the prototype. */
function keyText(key: string): string {
  if (key === '__proto__') return `['${key}']`;
  return /^[a-z_$][\w$]*$/i.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A count out of a total, in words: `1 of 23 values is`. */
export function countText(
  count: number,
  of: number,
  verb: readonly [one: string, many: string] = ['is', 'are'],
): string {
  return `${count} of ${of} values ${count === 1 ? verb[0] : verb[1]}`;
}
