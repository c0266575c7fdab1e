// Errors of the library in the words of the command line.
import {
  type ColumnOptions,
  type ColumnReading,
  CsvError,
  type CsvFix,
  type CsvProblem,
  type MissingPolicy,
} from '../datasets.js';
import { flagOf, quoted } from './arguments.js';
import { OPTIONS } from './options.js';
import { UsageError } from './usageError.js';

/** Names of calls at the start of the library's messages. */
const CALLS =
  /^(adamas|readCsv|inspectCsv|csvBatches|trainTable|readTable|TableModel\.load|load|save|transform|fit|predict|evaluate|toONNX|toJavaScript|mlp|sweep|bullmq|adamas worker): /;

/** An error in one to three lines. */
export function messageOf(error: unknown): string {
  if (error instanceof CsvError) return tableMessage(error);
  const { message } = Object(error) as Partial<Error>;
  const text = inFlags(String(message ?? error).replace(CALLS, ''));
  return text.split('\n').slice(0, 3).join('\n');
}

/** The first problem of a table, how many more there are, and the options that fix them. */
function tableMessage(error: CsvError): string {
  const { problems, fix } = error;
  const [place] = error.message.replace(CALLS, '').split(/: |, (?:line \d|column ")/);
  const more = problems.length - 1;
  return [
    `${place}${whereOf(problems[0]!)}: ${problems[0]!.message}`,
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'problem' : 'problems'}: adamas inspect shows all`] : []),
    ...(Object.keys(fix).length > 0 ? [`add ${flags(fix)}`] : []),
  ].join('\n');
}

/** Line and column of a problem, each after a comma. */
const whereOf = ({ line, column }: CsvProblem): string =>
  `${line === undefined ? '' : `, line ${line}`}${column === undefined ? '' : `, column ${JSON.stringify(column)}`}`;

/** A problem's line, column and message. */
export function problemText(problem: CsvProblem): string {
  return [whereOf(problem).slice(2), problem.message].filter((part) => part !== '').join(': ');
}

/** A message of the library; an option at its start becomes the command's: `batchSize must` becomes `--batch-size must`. */
function inFlags(message: string): string {
  const [key = ''] = /^\w+/.exec(message) ?? [];
  return Object.hasOwn(OPTIONS, flagOf(key).slice(2)) ? message.replace(key, flagOf(key)) : message;
}

/** Options of the library as a command line. */
export function flags(fix: CsvFix): string {
  return Object.entries(inShort(fix))
    .map(([key, value]) => {
      const flag = flagOf(key);
      const option = OPTIONS[flag.slice(2)];
      if (value === true && option?.value === undefined) return flag;
      const write = option?.write ?? ((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)));
      return `${flag} ${quoted(write(value as never))}`;
    })
    .join(' ');
}

/** The same fix, shorter: policies for missing values in `missing` instead of in each column. */
function inShort(fix: CsvFix): CsvFix {
  if (fix.columns === undefined || fix.missing !== undefined) return fix;
  const columns: [string, ColumnReading][] = [];
  const missing: [string, MissingPolicy][] = [];
  for (const [name, reading] of Object.entries(fix.columns)) {
    const { missing: policy, ...rest }: ColumnOptions = typeof reading === 'object' ? reading : {};
    if (policy) missing.push([name, policy]);
    const { kind, ...detail } = rest;
    if (typeof reading !== 'object') columns.push([name, reading]);
    else if (Object.keys(detail).length > 0) columns.push([name, rest]);
    else if (kind) columns.push([name, kind]);
  }
  const { columns: _, ...others } = fix;
  return {
    ...others,
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
    ...(missing.length > 0 && { missing: Object.fromEntries(missing) }),
  };
}

/** Runs a check of the library's options. Rethrows its error as a UsageError. */
export function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new UsageError(messageOf(error).replace(/ with model: /, ' with --model '));
  }
}
