// Errors of the library in the words of the command line.
import { CsvError, type CsvFix, type CsvProblem } from '../datasets.js';
import { flagOf, quoted } from './arguments.js';
import { OPTIONS } from './options.js';
import { UsageError } from './usageError.js';

/** Calls whose names begin messages of the library. */
const CALLS = /^(adamas|readCsv|inspectCsv|csvBatches|trainTable|readTable|TableModel\.load|load|save|transform|fit|predict|evaluate|toONNX|toJavaScript): /;

/** An error in one to three lines. */
export function messageOf(error: unknown): string {
  if (error instanceof CsvError) return tableMessage(error);
  const { message } = Object(error) as Partial<Error>;
  const lines = String(message ?? error).replace(CALLS, '').split('\n').slice(0, 3);
  return lines.join('\n');
}

/** The first problem of a table, how many more there are, and the options that fix them. */
function tableMessage(error: CsvError): string {
  const { problems, fix } = error;
  const place = error.message.replace(CALLS, '').split(/[,:] |:$/)[0]!;
  const more = problems.length - 1;
  return [
    `${place}: ${problemText(problems[0]!)}`,
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'problem' : 'problems'}: adamas inspect shows all`] : []),
    ...(Object.keys(fix).length > 0 ? [`add ${flags(fix)}`] : []),
  ].join('\n');
}

/** A problem with its line and column. */
export function problemText({ line, column, message }: CsvProblem): string {
  const place = [line === undefined ? '' : `line ${line}`, column === undefined ? '' : `column ${JSON.stringify(column)}`];
  return [...place, ''].filter((part, i) => part !== '' || i === 2).join(', ').replace(/, $/, ': ') + message;
}

/** Options of the library as those of the command line. */
export function flags(fix: CsvFix): string {
  return Object.entries(fix)
    .map(([key, value]) => {
      const flag = flagOf(key);
      const option = OPTIONS[flag.slice(2)];
      if (value === true && option?.value === undefined) return flag;
      const text = option?.write?.(value as never) ?? (typeof value === 'object' ? JSON.stringify(value) : String(value));
      return `${flag} ${quoted(text)}`;
    })
    .join(' ');
}

/** Runs what checks options of the library. An error of it is one of the command line, in whose words it is told. */
export function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const message = error.message.replace(/^adamas: (\w+)/, (_, key: string) => flagOf(key));
    throw new UsageError(message.replace(/ with model: /, ' with --model '));
  }
}
