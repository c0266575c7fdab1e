import { nearest } from '../../suggest.js';
import { show } from '../../validate.js';
import { numberOf } from '../numberOf.js';
import type { CsvProblem } from './error.js';
import type { ColumnPlan, Plan } from './plan.js';

/** The columns of a table: their places in a row, and how they are read. */
export interface Header {
  /** The names of all columns, ignored ones too. */
  readonly names: readonly string[];
  /** The number of fields in a row. */
  readonly width: number;
  readonly columns: readonly { readonly plan: ColumnPlan; readonly at: number }[];
  readonly problems: readonly CsvProblem[];
}

/** Lines that a `skip` leaves out, with this one as well. */
export function skipAlso(plan: Pick<Plan, 'layout'>, ...lines: number[]): number | number[] {
  const { skip } = plan.layout;
  if (typeof skip !== 'number') return [...skip, ...lines].sort((a, b) => a - b);
  if (lines.length === 1 && (lines[0] === skip + 1 || skip === 0)) {
    return lines[0] === skip + 1 ? lines[0] : lines;
  }
  return [...Array.from({ length: skip }, (_, i) => i + 1), ...lines];
}

/** The columns by their names, from the first row or from the options. */
export function readHeader(plan: Plan, fields: readonly string[], line: number): Header {
  const names = fields.map((field) => field.trim());
  const problems: CsvProblem[] = [];
  const fromText = plan.header === true;
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isData = fromText && areNumbers(names);
  if (isData) problems.push(dataProblem(plan, names, line));
  const repeated = [...counts].find(([name, count]) => name !== '' && count > 1 && plan.columns.get(name) !== 'ignore');
  if (repeated && !isData) {
    const [name] = repeated;
    problems.push({
      code: 'name',
      column: name,
      message: `two columns are called ${show(name)}`,
      fix: { header: uniqueNames(names), ...(fromText && { skip: skipAlso(plan, line) }) },
    });
  }
  if (isData) return { names, width: names.length + Number(plan.rowNames), columns: [], problems };
  const isTarget = plan.target.includes('');
  const isRead = isTarget || plan.columns.has('');
  if (counts.has('') && !isRead) {
    problems.push({
      code: 'name',
      message: `column ${names.indexOf('') + 1} has no name; leave it out by columns: { '': 'ignore' }`,
      fix: { columns: { '': 'ignore' } },
    });
  } else if ((counts.get('') ?? 0) > 1 && plan.columns.get('') !== 'ignore') {
    const fix = !isTarget && { fix: { columns: { '': 'ignore' } } as const };
    problems.push({ code: 'name', message: 'several columns have no name', ...fix });
  }
  const expected = () =>
    names.length === 0
      ? 'a field of the rows, which have none of their own'
      : `one of ${names.slice(0, 50).map(show).join(', ')}${names.length > 50 ? ', ...' : ''}`;
  for (const name of plan.target) {
    if (counts.has(name)) continue;
    // A whole line that went for one name.
    const { quote, comment } = plan.layout;
    const signs = ['\t', ';', '|', ','].filter((one) => one !== quote && one !== comment?.[0]);
    const other = names.length === 1 ? signs.find((one) => names[0]!.includes(one)) : undefined;
    // A place, where the line seems to be data.
    const isPlace =
      fromText && Number(name) >= 1 && Number(name) <= names.length && names.some((one) => areNumbers([one]));
    const hint =
      other !== undefined
        ? `; is the delimiter ${show(other)}?`
        : isPlace
          ? '; if this line is data, say header: false'
          : nearest(name, names);
    problems.push({
      code: other === undefined ? 'target' : 'delimiter',
      message: `target must be ${expected()}, got ${show(name)}${hint}`,
      ...(other !== undefined ? { fix: { delimiter: other } } : isPlace && { fix: { header: false } }),
    });
  }
  const policies = typeof plan.options.missing === 'object' ? Object.keys(plan.options.missing) : [];
  for (const [option, given] of [
    ['columns', plan.columns.keys()],
    ['missing', policies],
  ] as const) {
    for (const name of given) {
      if (counts.has(name)) continue;
      const message = `${option} must name ${expected()}, got ${show(name)}${nearest(name, names)}`;
      problems.push({ code: 'name', message });
    }
  }
  const used = new Set<string>();
  const columns = (repeated ? uniqueNames(names) : names).flatMap((name, i) => {
    if (plan.columns.get(name) === 'ignore' || used.has(name) || (name === '' && !isRead)) return [];
    used.add(name);
    return [{ plan: plan.columnPlan(name), at: plan.rowNames ? i + 1 : i }];
  });
  if (problems.length === 0 && columns.length === plan.target.length) {
    problems.push({ code: 'target', message: 'there must be a column besides the target, got none' });
  }
  return { names, width: names.length + Number(plan.rowNames), columns, problems };
}

/** True if the names are all numbers, but for those that are empty. */
export function areNumbers(names: readonly string[]): boolean {
  return names.some((name) => name !== '') && names.every((name) => name === '' || !Number.isNaN(numberOf(name)));
}

/** The problem of a header that is a row of numbers. A target that is one of them is the column in its place. */
export function dataProblem(
  { target, layout }: Pick<Plan, 'target' | 'layout'>,
  names: readonly string[],
  line: number,
): CsvProblem {
  const places = target.map((name) => names.indexOf(name) + 1);
  const positions = places.map(String);
  return {
    code: 'header',
    line,
    message: `the names of the columns are all numbers, ${names.slice(0, 5).map(show).join(', ')}; if this line is data, say header: false, or header: [...] with the names; if they are names, say header: [...] and skip: ${JSON.stringify(skipAlso({ layout }, line))}`,
    fix: {
      header: false,
      ...(target.length > 0 && !places.includes(0) && { target: positions.length === 1 ? positions[0]! : positions }),
    },
  };
}

/** The names, with a number behind those that repeat another. */
function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names);
  const seen = new Map<string, number>();
  return names.map((name) => {
    let count = (seen.get(name) ?? 0) + 1;
    while (count > 1 && given.has(`${name} ${count}`)) count++;
    seen.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  });
}
