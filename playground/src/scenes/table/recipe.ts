// The options of a training on a table, and the code and the command line that make the same model from the same file.
import type { CsvFix } from 'adamas/datasets';
import type { TrainTableOptions } from 'adamas/tabular';

/** Options that a page can send to its worker and a command line can say. */
export type Options = Omit<CsvFix, 'absent'> &
  Pick<
    TrainTableOptions,
    | 'model'
    | 'hidden'
    | 'activation'
    | 'dropout'
    | 'optimizer'
    | 'lr'
    | 'epochs'
    | 'batchSize'
    | 'schedule'
    | 'weightDecay'
    | 'holdOut'
    | 'seed'
  >;

/** The options of reading in the order in which the command passes them on: a model's file keeps them in the order in which they were given. */
const READING = [
  ...['target', 'columns', 'missing', 'missingValues', 'delimiter', 'decimal', 'thousands', 'quote', 'escape'],
  ...['header', 'rowNames', 'skip', 'comment', 'encoding', 'maxCategories', 'unknown'],
] as readonly (keyof Options)[];

const TRAINING = [
  ...['model', 'hidden', 'activation', 'dropout', 'optimizer', 'lr', 'epochs', 'batchSize', 'schedule'],
  ...['weightDecay', 'holdOut', 'seed'],
] as readonly (keyof Options)[];

/** Options in the order of `keys`. A target that looks like JSON is given in a list, as the command line must give it. */
const pick = (options: Options, keys: readonly (keyof Options)[]): Options =>
  Object.fromEntries(
    keys
      .filter((key) => options[key] !== undefined)
      .map((key) => [
        key,
        key === 'target' && /^\s*[[{]/.test(String(options.target)) ? [options.target].flat() : options[key],
      ]),
  );

/** The options that are set, in that order. */
export const ordered = (options: Options): Options => pick(options, [...READING, ...TRAINING]);

/** The options of reading among them. */
export const readingPart = (options: Options): Options => pick(options, READING);

/** Name of the model's file. */
export const MODEL_FILE = 'model.safetensors';

/** Largest number of characters in a line of code, where it can be broken. */
const WIDTH = 80;

/** A program that makes the model. */
export function codeFor(file: string, options: Options): string {
  const lines = Object.entries(ordered(options)).map(([key, value]) => {
    const line = `  ${key}: ${literal(value)},`;
    if (key !== 'columns' || line.length <= WIDTH) return line;
    const columns = Object.entries(value).map((column) => `    ${fieldText(column)},`);
    return ['  columns: {', ...columns, '  },'].join('\n');
  });
  return [
    "import { trainTable } from 'adamas/tabular';",
    '',
    `const model = await trainTable(${literal(file)}, {`,
    ...lines,
    '});',
    `await model.save('${MODEL_FILE}');`,
    '',
  ].join('\n');
}

/** A command for a POSIX shell that makes the model, with one option per line. */
export function commandFor(file: string, options: Options): string {
  const flags = Object.entries(ordered(options)).flatMap(([key, value]) => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    // One word: a value may begin with a dash.
    return key === 'rowNames' ? (value ? [flag] : []) : [shellWord(`${flag}=${argument(key, value)}`)];
  });
  const path = file.startsWith('-') ? `./${file}` : file;
  return [`npx adamas train ${shellWord(path)}`, ...flags, `--out=${MODEL_FILE}`].join(' \\\n  ');
}

const SIGNS: Readonly<Record<string, string>> = { '\t': 'tab', ' ': 'space' };

/** A value in the form that the command reads. */
function argument(key: string, value: unknown): string {
  if (value === false) return 'none';
  if (key === 'delimiter' || key === 'thousands') return SIGNS[String(value)] ?? String(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A value as JavaScript code. */
export function literal(value: unknown): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(fieldText);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

const fieldText = ([key, field]: readonly [string, unknown]): string =>
  `${/^[a-z_$][\w$]*$/i.test(key) ? key : literal(key)}: ${literal(field)}`;
