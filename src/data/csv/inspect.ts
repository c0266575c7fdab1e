import { alignColumns } from '../describe.js';
import { CsvError, type CsvFix, type CsvNote, type CsvProblem, mergeFixes, optionsText } from './error.js';
import { HostTurns, type ReadOptions, runSync, splitOptions } from './hostTurns.js';
import { proposeLayout } from './layout.js';
import type { CsvOptions } from './options.js';
import { type Plan, readCsvOptions } from './plan.js';
import { noteText } from './schema.js';
import { type CsvSource, checkSource, isRepeatable, placeOf, type TextPiece, textOf } from './source.js';
import { type Finished, TableReader } from './tableReader.js';
import { readPieces, readText } from './textReader.js';
import { joined, proposed, TRIALS } from './trials.js';

/** A column as an inspection found it. */
export interface InspectedColumn {
  readonly name: string;
  /** The kind as which it can be read; `'mixed'` for one whose kind must be said, `'empty'` for one without values. */
  readonly kind: 'number' | 'category' | 'date' | 'mixed' | 'empty';
  /** The first values that are present. */
  readonly samples: readonly string[];
  /** Numbers of values: that are numbers, that are other texts, that are missing. */
  readonly numbers: number;
  readonly texts: number;
  readonly missing: number;
}

/** The content of a table, with all that keeps it from being read. Made by {@link inspectCsv}. */
export class CsvInspection {
  readonly columns: readonly InspectedColumn[];
  readonly delimiter: string;
  /** Rows, the header not among them. */
  readonly rows: number;
  /** Rows in which a value is missing: those that `missing: 'drop'` would leave out. */
  readonly incomplete: number;
  readonly problems: readonly CsvProblem[];
  readonly notes: readonly CsvNote[];
  /** The options that fix all problems together, as far as options can: to add to those of the call. */
  readonly fix: CsvFix;

  /** @internal */
  constructor(finished: Finished, plan: Plan, layoutProblems: readonly CsvProblem[]) {
    const { rows, dropped, incomplete, columns, notes } = finished;
    this.columns = columns.map(({ observed, problems, plan: { kind, name } }) => {
      const mixed = problems.some(({ code }) => code === 'mixed' || code === 'number' || code === 'notation');
      const date = kind === 'date' || problems.some(({ code }) => code === 'date');
      const inferred = observed.as === 'category' ? 'category' : 'number';
      return {
        name,
        kind: observed.count === 0 ? 'empty' : mixed ? 'mixed' : date ? 'date' : inferred,
        samples: observed.samples,
        numbers: observed.as === 'category' ? observed.count - observed.textCount : observed.numbers,
        texts: observed.textCount,
        missing: observed.missing?.count ?? 0,
      };
    });
    this.delimiter = plan.layout.delimiter;
    this.rows = rows + dropped;
    this.incomplete = incomplete;
    this.problems = [...layoutProblems, ...finished.problems];
    this.notes = notes;
    this.fix = mergeFixes(this.problems);
  }

  /** @internal The same with other problems. */
  withProblems(problems: readonly CsvProblem[]): CsvInspection {
    return Object.assign(Object.create(CsvInspection.prototype), this, { problems, fix: mergeFixes(problems) });
  }

  /** The inspection as plain text: a line per column, a problem and a note, and the options that fix them. */
  describe(): string {
    const lines = this.columns.map(({ name, kind, samples, missing }) => [
      name,
      kind,
      `${samples.map((sample) => JSON.stringify(sample)).join(', ')}${missing === 0 ? '' : `, ${missing} missing`}`,
    ]);
    const parts = [`${this.rows} rows, ${this.columns.length} columns, delimiter ${JSON.stringify(this.delimiter)}`];
    if (lines.length > 0) parts.push(alignColumns(lines));
    for (const { line, column, message } of this.problems) {
      const place = [
        line === undefined ? '' : `line ${line}`,
        column === undefined ? '' : `column ${JSON.stringify(column)}`,
      ];
      parts.push(`problem: ${place.filter((one) => one !== '').join(', ')}: ${message}`);
    }
    for (const note of this.notes) parts.push(`note: ${noteText(note)}`);
    if (Object.keys(this.fix).length > 0) parts.push(`options that fix it: ${optionsText(this.fix)}`);
    return parts.join('\n');
  }
}

/** An inspection, and its problems as an error if there are any. */
interface Inspected {
  readonly inspection: CsvInspection;
  readonly error: CsvError | undefined;
}

/** Number of characters at the start from which the layout is inferred. */
const HEAD = 2 ** 16;

/** The plan for the inspection, and the problems of the layout that led to it; yields while it looks for them. */
function* planFor(call: string, head: string, whole: boolean, options: Partial<CsvOptions>) {
  const problems = yield* proposeLayout(head, whole, options);
  const plan = readCsvOptions(
    call,
    { ...options, ...mergeFixes(problems), ...mergedColumns(options, problems) },
    false,
  );
  return { problems, plan };
}

function mergedColumns(options: Partial<CsvOptions>, problems: readonly CsvProblem[]): CsvFix {
  const { columns } = mergeFixes(problems);
  return columns ? { columns: { ...options.columns, ...columns } } : {};
}

function inspected(place: string, finished: Finished, plan: Plan, problems: readonly CsvProblem[]): Inspected {
  const inspection = new CsvInspection(keepAFeature(finished), plan, problems);
  const all = inspection.problems;
  return { inspection, error: all.length > 0 ? new CsvError(place, all) : undefined };
}

/** Keeps the texts where the fixes would leave no other feature. */
function keepAFeature(finished: Finished): Finished {
  const features = finished.columns.filter(({ plan }) => !plan.isTarget);
  const left = new Set(
    finished.problems.flatMap(({ column, fix }) =>
      column !== undefined && fix?.columns?.[column] === 'ignore' ? [column] : [],
    ),
  );
  if (!features.every(({ plan }) => left.has(plan.name))) return finished;
  const problems = finished.problems.map((problem) => {
    const { code, column } = problem;
    if (!['identifier', 'classes', 'date', 'notation', 'mixed'].includes(code)) return problem;
    const classes = features.find(({ plan }) => plan.name === column)?.observed.count;
    const maxCategories = code === 'classes' && { maxCategories: classes ?? finished.rows };
    return { ...problem, fix: { columns: { [column!]: 'category' as const }, ...maxCategories } };
  });
  return { ...finished, problems };
}

/** An inspection with all problems that were found. */
function withAll(place: string, first: Inspected, problems: readonly CsvProblem[]): Inspected {
  if (problems.length === first.inspection.problems.length) return first;
  return { inspection: first.inspection.withProblems(problems), error: new CsvError(place, problems) };
}

/** Inspects a whole text, and again with the options that are proposed for it. */
export function inspectText(call: string, text: string, options: Partial<CsvOptions>): Inspected {
  const first = inspectOnce(call, text, options);
  let { problems } = first.inspection;
  for (let trial = 1; trial <= TRIALS && problems.length > 0; trial++) {
    const tried = proposed(options, problems);
    if (tried === undefined) break;
    const { inspection } = inspectOnce(call, text, tried);
    if (inspection.problems.length === 0) break;
    problems = joined(problems, inspection.problems, trial, inspection.columns, options);
  }
  return withAll(call, first, problems);
}

function inspectOnce(call: string, text: string, options: Partial<CsvOptions>): Inspected {
  const { problems, plan } = runSync(planFor(call, text.slice(0, HEAD), text.length <= HEAD, options));
  const reader = new TableReader(call, plan, { keep: false, lenient: true });
  readText(text, reader);
  return inspected(call, runSync(reader.finish()), plan, problems);
}

/** Inspects a source, and if it can be read again, once more with the options that are proposed for it. */
export async function inspectSource(
  call: string,
  source: CsvSource,
  options: Partial<CsvOptions>,
  reading: ReadOptions,
): Promise<Inspected> {
  const turns = new HostTurns(reading);
  const first = await inspectPass(call, source, options, turns);
  let { problems } = first.inspection;
  for (let trial = 1; trial <= TRIALS && problems.length > 0 && isRepeatable(source); trial++) {
    const tried = proposed(options, problems);
    if (tried === undefined) break;
    const { inspection } = await inspectPass(call, source, tried, turns);
    if (inspection.problems.length === 0) break;
    problems = joined(problems, inspection.problems, trial, inspection.columns, options);
  }
  return withAll(placeOf(call, source), first, problems);
}

/** Inspects a source, in one pass if its encoding is known. */
async function inspectPass(
  call: string,
  source: CsvSource,
  options: Partial<CsvOptions>,
  turns: HostTurns,
): Promise<Inspected> {
  const place = placeOf(call, source);
  const pieces = textOf(call, source, options.encoding, turns.signal);
  const start: TextPiece[] = [];
  let head = '';
  let whole = false;
  try {
    while (head.length < HEAD && !whole) {
      const next = await pieces.next();
      if (next.done) whole = true;
      else {
        start.push(next.value);
        head += next.value.text;
      }
      await turns.pass(0);
    }
  } catch (error) {
    return retried(error, head);
  }
  const planning = planFor(call, head.slice(0, HEAD), whole && head.length <= HEAD, options);
  const closed = async (error: unknown): Promise<never> => {
    await pieces.return();
    throw error;
  };
  const { problems, plan } = await turns.run(planning, 0).catch(closed);
  const reader = new TableReader(place, plan, { keep: false, lenient: true });
  async function* all() {
    yield* start;
    yield* pieces;
  }
  let finished: Finished;
  try {
    await readPieces(place, all(), reader, turns);
    finished = await turns.run(reader.finish(), reader.rows);
  } catch (error) {
    return retried(error, '');
  }
  return inspected(place, finished, plan, problems);

  /** Inspects the source in the encoding that an error proposes. */
  async function retried(error: unknown, before: string): Promise<Inspected> {
    if (!(error instanceof CsvError)) throw error;
    const [first] = error.problems;
    const problem = { ...first!, line: first!.line ?? before.split(/\r\n?|\n/).length };
    const { encoding } = error.fix;
    if (encoding === undefined || !isRepeatable(source)) {
      const plan = readCsvOptions(call, options, false);
      const nothing = new TableReader(place, plan, { keep: false, lenient: true });
      return inspected(place, { ...runSync(nothing.finish()), problems: [] }, plan, [problem]);
    }
    const { inspection } = await inspectPass(call, source, { ...options, encoding }, turns);
    const problems = [problem, ...inspection.problems];
    return { inspection: inspection.withProblems(problems), error: new CsvError(place, problems) };
  }
}

/**
 * Inspects a table without refusing anything in it: the kinds of its columns, samples, and all that keeps it from being read, with the options
 * that fix it. Without `delimiter` the delimiter is found out; without a `target` all columns count as features.
 *
 * @param source - see {@link CsvSource}; a text with several lines is inspected itself
 * @param options - those with which the table is to be read, and `signal` and `onProgress`
 * @throws TypeError or RangeError for wrong arguments, and Error for a source that cannot be read; nothing for what is in it
 * @example
 * ```ts
 * import { inspectCsv } from 'adamas/datasets';
 * const { columns, problems, fix } = await inspectCsv('size;day\n1,5;2024-01-31\n2;2024-02-01\n');
 * console.log(columns.map(({ name, kind }) => `${name}: ${kind}`)); // [ 'size: mixed', 'day: date' ]
 * console.log(problems.length, fix.delimiter); // 3 ;
 * ```
 */
export async function inspectCsv(source: CsvSource, options: InspectOptions = {}): Promise<CsvInspection> {
  const call = 'inspectCsv';
  const { csv, reading } = splitOptions(call, options);
  readCsvOptions(call, csv, false);
  const text = typeof source === 'string' && (source === '' || /[\r\n]/.test(source));
  if (!text) checkSource(call, source);
  return (await inspectSource(call, text ? [source] : source, csv, reading)).inspection;
}

/** Options of {@link inspectCsv}: none of them is needed. */
export interface InspectOptions extends Partial<CsvOptions>, ReadOptions {}
