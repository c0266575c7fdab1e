// The layout of a text, inferred from its beginning, and proposals where it differs from that of the options.
import { show } from '../../validate.js';
import { numberOf } from '../numberOf.js';
import type { CsvFix, CsvProblem } from './error.js';
import { areNumbers, dataProblem } from './header.js';
import type { CsvOptions } from './options.js';
import { readCsvOptions } from './plan.js';
import { faultProblem } from './tableReader.js';
import type { LayoutFault } from './textLayout.js';
import { Tokenizer } from './tokenizer.js';

const DELIMITERS = [',', ';', '\t', '|', ' '];
/** Rows that are looked at. */
const ROWS = 200;
/** Lines above a header that are taken for a preamble. */
const MAX_PREAMBLE = 30;

/** A beginning divided into rows under a layout. */
interface Divided {
  readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[];
  readonly faults: number;
  readonly fault: { readonly kind: LayoutFault; readonly line: number } | undefined;
  /** The most frequent number of fields. */
  readonly width: number;
  /** The share of rows with that number. */
  readonly share: number;
}

function divide(head: string, whole: boolean, options: Partial<CsvOptions>): Divided {
  const { layout } = readCsvOptions('', options, false);
  const tokenizer = new Tokenizer(layout);
  tokenizer.push(head.startsWith('\uFEFF') ? head.slice(1) : head, whole);
  const rows: { line: number; fields: string[] }[] = [];
  let faults = 0;
  let fault: Divided['fault'];
  const counts = new Map<number, number>();
  while (rows.length < ROWS && tokenizer.next()) {
    if (tokenizer.fault !== undefined) {
      faults++;
      fault ??= { kind: tokenizer.fault, line: tokenizer.line };
    }
    const fields = Array.from({ length: tokenizer.count }, (_, i) => tokenizer.text(i));
    rows.push({ line: tokenizer.line, fields });
    counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  let width = 0;
  for (const [count, times] of counts) if (times > (counts.get(width) ?? 0)) width = count;
  return { rows, faults, fault, width, share: rows.length === 0 ? 0 : counts.get(width)! / rows.length };
}

/** True if these options go together. */
function arePossible(options: Partial<CsvOptions>): boolean {
  try {
    readCsvOptions('', options, false);
    return true;
  } catch {
    return false;
  }
}

/**
 * The problems of a text's layout under these options, each with its fix, in the order in which they are found; yields between its
 * checks.
 */
export function* proposeLayout(
  head: string,
  whole: boolean,
  given: Partial<CsvOptions>,
): Generator<void, CsvProblem[], void> {
  const problems: CsvProblem[] = [];
  let options = given;
  const propose = (problem: CsvProblem & { readonly fix: CsvFix }) => {
    problems.push(problem);
    options = { ...options, ...problem.fix };
  };
  const separator = /^\uFEFF?sep=(.)[ \t]*(?:\r\n?|\n)/i.exec(head);
  if (separator && !given.skip && arePossible({ ...given, delimiter: separator[1]! })) {
    const delimiter = separator[1]!;
    const fix = { skip: 1, ...(delimiter !== (given.delimiter ?? ',') && { delimiter }) };
    propose({ code: 'delimiter', line: 1, message: `the line names the delimiter, ${show(delimiter)}`, fix });
  }
  const comment = commentOf(head, whole, options);
  if (comment !== undefined) {
    const line = head.split(/\r\n?|\n/).findIndex((one) => one.trimStart().startsWith(comment)) + 1;
    propose({ code: 'fields', line, message: `lines that begin with ${show(comment)} are no rows`, fix: { comment } });
  }
  yield;
  const unknown = given.delimiter === undefined ? !separator : isOneName(divide(head, whole, options), options);
  const delimiter = unknown ? yield* delimiterOf(head, whole, options) : undefined;
  if (delimiter !== undefined) {
    const before = divide(head, whole, options).width;
    const { width } = divide(head, whole, { ...options, delimiter });
    const message = `rows have ${before} ${before === 1 ? 'field' : 'fields'}, or ${width} with another delimiter: is the delimiter ${show(delimiter)}?`;
    propose({ code: 'delimiter', message, fix: { delimiter } });
  }
  yield;
  const quote = given.quote === undefined && given.escape === undefined ? quoteOf(head, whole, options) : undefined;
  if (quote) propose(quote);
  yield;
  const preamble =
    given.skip || given.header !== undefined ? undefined : preambleOf(divide(head, whole, options), options);
  if (preamble) propose(preamble);
  const [top] = divide(head, whole, options).rows;
  if (given.header === undefined && options.header === undefined && top && areNumbers(top.fields)) {
    const problem = dataProblem(readCsvOptions('', options, false), top.fields, top.line);
    propose({ ...problem, fix: problem.fix! });
  }
  if (!Array.isArray(given.header) && options.header !== false) {
    const divided = divide(head, whole, options);
    const longer = given.rowNames ? equalRows(divided) : longerRows(divided, options);
    if (longer && arePossible({ ...options, ...longer.fix })) propose(longer);
  }
  yield;
  return problems;
}

/** True if a whole header went for one name, which is not that of the target. */
function isOneName({ rows: [top] }: Divided, { header, target }: Partial<CsvOptions>): boolean {
  if (top?.fields.length !== 1 || target === undefined || (header !== undefined && header !== true)) return false;
  return ![target].flat().includes(top.fields[0]!.trim());
}

/** The sign that begins lines above the header. */
function commentOf(head: string, whole: boolean, options: Partial<CsvOptions>): string | undefined {
  if (options.comment !== undefined || options.skip) return undefined;
  const [first] = head.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  const sign = /^\s*(#|%|\/\/)/.exec(first ?? '')?.[1];
  if (sign === undefined || !arePossible({ ...options, comment: sign })) return undefined;
  // A header may begin with such a sign itself.
  const { rows, width } = divide(head, whole, options);
  const without = divide(head, whole, { ...options, comment: sign });
  return rows[0]!.fields.length === width &&
    without.rows.length > 0 &&
    without.rows.length === rows.length - 1 &&
    width > 1
    ? undefined
    : sign;
}

/** Another delimiter than that of the options, under which rows are clearly more alike. */
function* delimiterOf(
  head: string,
  whole: boolean,
  options: Partial<CsvOptions>,
): Generator<void, string | undefined, void> {
  let best: { delimiter: string; score: number; width: number } | undefined;
  for (const delimiter of DELIMITERS) {
    if (!arePossible({ ...options, delimiter })) continue;
    const divided = divide(head, whole, { ...options, delimiter });
    const { rows, width, share, faults } = divided;
    if (rows.length === 0) return undefined;
    const header = rows.find(({ fields }) => fields.length >= width - 1 && fields.length > 1);
    const fits = header !== undefined && (header.fields.length === width || header.fields.length === width - 1);
    let score = width > 1 ? share * (fits ? 1 : 0.5) * (faults > 0 ? 0.5 : 1) : 0;
    if (rows[0]!.fields.length === 1) score *= 0.7;
    // Words are divided by spaces too.
    if (delimiter === ' ') score *= 0.6;
    if (best === undefined || score > best.score + 0.1) best = { delimiter, score, width };
    yield;
  }
  return best !== undefined && best.score > 0.5 && best.delimiter !== (options.delimiter ?? ',')
    ? best.delimiter
    : undefined;
}

/** Other quotes than those of the options. */
function quoteOf(
  head: string,
  whole: boolean,
  options: Partial<CsvOptions>,
): (CsvProblem & { fix: CsvFix }) | undefined {
  const { rows, fault, share } = divide(head, whole, options);
  if (fault) {
    const problem = faultProblem(fault.kind, fault.line);
    if (head.includes('\\"') && divide(head, whole, { ...options, escape: 'backslash' }).faults === 0) {
      return { ...problem, fix: { escape: 'backslash' } };
    }
    return divide(head, whole, { ...options, quote: false }).share > 0.9
      ? { ...problem, fix: { quote: false } }
      : undefined;
  }
  const isSingle = (field: string) => /^'.*'$/s.test(field) && field.length > 1;
  const single = rows.filter(({ fields }) => fields.some(isSingle));
  const often = single.length >= 0.5 * rows.length || rows[0]?.fields.every(isSingle);
  // Rows that only such quotes make equally long.
  if (!arePossible({ ...options, quote: "'" })) return undefined;
  const first = rows.find(({ fields }) => fields.some((field) => field.startsWith("'")));
  const other = first && divide(head, whole, { ...options, quote: "'" });
  if (rows.length < 2 || !first || !(often || (other!.faults === 0 && other!.share > share))) return undefined;
  return { code: 'quote', line: first.line, message: `fields are quoted by ${show("'")}`, fix: { quote: "'" } };
}

/** Lines above the header that have another number of fields than the rows. */
function preambleOf(
  { rows, width, share }: Divided,
  options: Partial<CsvOptions>,
): (CsvProblem & { fix: CsvFix }) | undefined {
  if (width < 2 || share < 0.6) return undefined;
  const [top, names, row] = rows;
  if (
    names &&
    row &&
    !hasNumber(names.fields) &&
    top!.fields.some(isNumber) &&
    !top!.fields.some(isName) &&
    hasNumber(row.fields)
  ) {
    const line = top!.line;
    return {
      code: 'header',
      line,
      message: 'a line of numbers stands above the header',
      fix: { skip: names.line - 1 },
    };
  }
  const start = rows.findIndex(
    ({ fields }) => fields.length === width || (fields.length === width - 1 && fields.length > 1),
  );
  if (start <= 0 || start > MAX_PREAMBLE) return undefined;
  // Names of rows, as R writes them: one field more than the header.
  if (start === 1 && rows[0]!.fields.length === width - 1) return undefined;
  const skip = rows[start]!.line - 1;
  const target = typeof options.target === 'string' ? options.target : options.target?.[0];
  if (target !== undefined && rows[0]!.fields.includes(target) && !rows[start]!.fields.includes(target))
    return undefined;
  return {
    code: 'fields',
    line: rows[0]!.line,
    message: `${skip === 1 ? 'a line stands' : `${skip} lines stand`} above the header`,
    fix: { skip },
  };
}

/** Rows that have one field more than the header: a name of their own, or nothing behind a last delimiter. */
function longerRows(
  { rows, width, share }: Divided,
  options: Partial<CsvOptions>,
): (CsvProblem & { fix: CsvFix }) | undefined {
  const [header, ...others] = rows;
  if (header === undefined || others.length === 0 || header.fields.length !== width - 1 || width < 2 || share < 0.5)
    return undefined;
  const { line } = others[0]!;
  const full = others.filter(({ fields }) => fields.length === width);
  if (full.every(({ fields }) => fields.at(-1) === '')) {
    const names = [...header.fields, ''];
    const skip =
      typeof options.skip === 'number' || options.skip === undefined ? header.line : [...options.skip, header.line];
    return {
      code: 'fields',
      line,
      message: 'rows end with a delimiter; the column behind it has no name',
      fix: { header: names, skip, columns: { '': 'ignore' } },
    };
  }
  const message =
    'rows have one field more than the header: if they begin with a name of their own, say rowNames: true';
  return { code: 'rowNames', line, message, fix: { rowNames: true } };
}

/** Rows that are said to have a name of their own, and have as many fields as the header. */
function equalRows({ rows, width, share }: Divided): (CsvProblem & { fix: CsvFix }) | undefined {
  const [header, row] = rows;
  if (row === undefined || header!.fields.length !== width || share <= 0.5) return undefined;
  const message = 'rows have as many fields as the header, and so no name of their own';
  return { code: 'rowNames', line: row.line, message, fix: { rowNames: false } };
}

const isNumber = (field: string) => !Number.isNaN(numberOf(field));
const isName = (field: string) => field !== '' && !isNumber(field);
const hasNumber = (fields: readonly string[]) => fields.some(isNumber);
