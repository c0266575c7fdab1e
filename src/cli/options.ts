// The table of all options: how each is read, and its text in the help and the documentation.
import { UsageError } from './usageError.js';

/** Name of a command that takes options of its own. */
export type Name =
  | 'train'
  | 'predict'
  | 'evaluate'
  | 'inspect'
  | 'compare'
  | 'convert'
  | 'worker'
  | 'chapter'
  | 'doctor';

/** An option of the command line. */
export interface Option {
  /** Name of its value in the help. An option without one is a switch. */
  readonly value?: string;
  readonly text: string;
  readonly commands: readonly Name[];
  /** Part of the library whose option of the same name, in camelCase, it sets. */
  readonly sets?: 'table' | 'training';
  /** Turns the text of the value into the value. Throws UsageError. */
  readonly read?: (text: string) => unknown;
  /** The text for a value, where an error proposes one. Default: as JSON, or as it is. */
  readonly write?: (value: never) => string;
}

const TABLES = ['train', 'compare', 'inspect'] as const;
const TRAININGS = ['train', 'compare'] as const;

const table = (value: string, text: string, more: Partial<Option> = {}): Option => ({
  ...{ value, text, commands: TABLES, sets: 'table' },
  ...more,
});
const training = (value: string, text: string, more: Partial<Option> = {}): Option => ({
  ...{ value, text, commands: TRAININGS, sets: 'training' },
  ...more,
});
const output = (value: string, text: string, ...commands: Name[]): Option => ({ value, text, commands });

/** A number. */
function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new UsageError(`must be a number, got ${JSON.stringify(text)}`);
  return value;
}

/** A whole number of at least 1. */
function whole(value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`must be a positive whole number, got ${value}`);
  return value;
}

/** A time above 0. */
function seconds(text: string): number {
  const value = number(text);
  if (!(value > 0 && value < 1e6)) throw new UsageError(`must be a number of seconds above 0, got ${text}`);
  return value;
}

const isJson = (text: string) => /^\s*[[{]/.test(text);

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`must be valid JSON where it begins with { or [, got ${JSON.stringify(text)}`);
  }
}

/** A list: parts between commas, or a JSON array for parts that hold commas. */
const list = (text: string): unknown => (isJson(text) ? json(text) : text.split(',').map((part) => part.trim()));
const numbers = (text: string): number[] => (list(text) as string[]).map((part) => number(String(part)));
/** The parts, checked to be distinct. */
function distinct<T>(parts: readonly T[]): readonly T[] {
  const twice = parts.find((part, i) => parts.indexOf(part) < i);
  if (twice !== undefined) throw new UsageError(`must list each value once, got ${twice} twice`);
  return parts;
}

/** `name=value` pairs between commas, or a JSON object for names that hold commas or equals signs. */
function pairs(text: string): unknown {
  if (isJson(text)) return json(text);
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.lastIndexOf('=');
      if (at < 0) throw new UsageError(`must be name=value pairs between commas, got ${JSON.stringify(pair)}`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

function writePairs(value: object): string {
  const entries = Object.entries(value);
  const plain = entries.every(
    ([name, one]) => typeof one === 'string' && !/[,={["]/.test(name) && name.trim() === name,
  );
  return plain ? entries.map(([name, one]) => `${name}=${one}`).join(',') : JSON.stringify(value);
}

const CHARACTERS: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', space: ' ' };
const character = (text: string): string => CHARACTERS[text] ?? text;
const writeCharacter = (value: string): string => (value === '\t' ? 'tab' : value === ' ' ? 'space' : value);

/** The options by their names. */
export const OPTIONS: Readonly<Record<string, Option>> = {
  target: table('column', 'The column to predict, or a JSON array of several columns of numbers.', {
    read: (text) => (isJson(text) ? json(text) : text),
  }),
  columns: table(
    'name=kind,...',
    'Kinds of columns: number, category, date or ignore. Or JSON, as the option `columns` of `readCsv`.',
    { read: pairs, write: writePairs },
  ),
  missing: table(
    'method',
    'Treatment of missing values: error (default), drop, mean, median or class; for single columns name=method,...',
    {
      read: (text) => (text.includes('=') || isJson(text) ? pairs(text) : text),
      write: (value: string | object) => (typeof value === 'string' ? value : writePairs(value)),
    },
  ),
  'missing-values': table(
    'text,...',
    'Fields that stand for a missing value. Default: an empty field, NA, N/A, NaN, nan, null, NULL, ?.',
    { read: list },
  ),
  delimiter: table('character', "Character between two fields; 'tab' and 'space' by name. Default: a comma.", {
    read: character,
    write: writeCharacter,
  }),
  decimal: table('character', 'Decimal sign of numbers. Default: a point.'),
  thousands: table('character', "Sign between groups of three digits; 'space' by name. Default: none.", {
    read: character,
    write: writeCharacter,
  }),
  quote: table('character', "Character around fields; 'none' for a text without quotes. Default: \".", {
    read: (text) => (text === 'none' ? false : text),
    write: (value: string | false) => value || 'none',
  }),
  escape: table('method', "Quotes within quotes: 'double' (default) or 'backslash'."),
  header: table(
    'names',
    "Names of the columns, name,name,... or JSON, for a file without them; 'none' calls them 1, 2, 3, ...",
    {
      read: (text) => (text === 'none' ? false : list(text)),
      write: (value: false | string[]) => (value === false ? 'none' : JSON.stringify(value)),
    },
  ),
  'row-names': {
    text: 'Rows begin with a name that the header has no field for; the name is left out.',
    commands: TABLES,
    sets: 'table',
  },
  skip: table('lines', 'Number of lines at the start to leave out; or a JSON array of line numbers.', {
    read: (text) => (isJson(text) ? json(text) : number(text)),
  }),
  comment: table('text', 'Leaves out lines that begin with this text.'),
  encoding: table('name', 'Encoding of the file. Default: that of its byte order mark, else UTF-8.'),
  'max-categories': table('n', 'Maximum number of classes in a column of text. Default: 100.', { read: number }),
  unknown: table('method', "Treatment of a class that training has not seen: 'error' (default) or 'zeros'."),

  model: training('name', "'mlp' (default), a network; or 'linear', which is solved over all rows."),
  hidden: training('n,n,...', 'Widths of the hidden layers of a network.', {
    read: (text) => numbers(text).map(whole),
  }),
  activation: training('name', 'Activation of the hidden layers. Default: relu.'),
  dropout: training('share', 'Dropout of the hidden layers. Default: 0.', { read: number }),
  optimizer: training('name', 'Optimizer of a network: adamw (default), adam, sgd, lion, ...', { commands: ['train'] }),
  lr: training('number', 'Peak learning rate of a network.', { commands: ['train'], read: number }),
  optimizers: {
    value: 'name,...',
    text: 'Optimizers to compare. Default: adamw.',
    commands: ['compare'],
    read: (text) => distinct(list(text) as string[]),
  },
  lrs: {
    value: 'number,...',
    text: "Learning rates to compare. Default: each optimizer's own.",
    commands: ['compare'],
    read: (text) => distinct(numbers(text)),
  },
  seeds: {
    value: 'n',
    text: 'Number of seeds (0, 1, ...) for each setting. Default: 3.',
    commands: ['compare'],
    read: number,
  },
  workers: {
    value: 'n',
    text: 'Number of trainings at the same time. Default: one per core.',
    commands: ['compare'],
    read: number,
  },
  runner: {
    value: 'name',
    text: "'local' (default), threads of this machine; or 'bullmq', workers of any number of machines.",
    commands: ['compare'],
  },
  redis: output(
    'url',
    'Redis server: redis:// or, with TLS, rediss://. Default: REDIS_URL of the environment.',
    'compare',
    'worker',
  ),
  queue: output('name', 'Name of the queue. Default: adamas.', 'compare', 'worker'),
  files: output(
    'folder',
    'Folder that all machines share, for byte arrays that are too long for the queue.',
    'compare',
    'worker',
  ),
  allow: {
    value: 'name=file,...',
    text: "Modules that may be run, by their names; 'compare' alone is the job of adamas compare.",
    commands: ['worker'],
    read: (text) => (isJson(text) ? json(text) : pairs(text.replace(/(^|,)\s*compare\s*(?=,|$)/, '$1compare='))),
  },
  concurrency: {
    value: 'n',
    text: 'Number of jobs at the same time. Default: 1.',
    commands: ['worker'],
    read: (text) => whole(number(text)),
  },
  timeout: {
    value: 'seconds',
    text: 'Maximum time of a job. Default: no limit.',
    commands: ['worker'],
    read: seconds,
  },
  lock: {
    value: 'seconds',
    text: 'Time after which another worker takes over the job of one that died. Default: 30.',
    commands: ['worker'],
    read: seconds,
  },
  name: output('name', 'Takes only tasks that are for a worker of this name.', 'worker'),
  epochs: training('n', 'Maximum number of passes over the rows.', { read: number }),
  'batch-size': training('n', 'Rows per step of a network.', { read: number }),
  schedule: training('name', 'Schedule of the learning rate: cosine (default), constant, linear or oneCycle.'),
  'early-stopping': training(
    'epochs',
    "Stops a network after this number of epochs without a better validation loss, or never: 'off'.",
    {
      read: (text) => (text === 'off' ? false : { patience: whole(number(text)) }),
    },
  ),
  validation: training('share', 'Share of the training rows that a network is validated on, for early stopping.', {
    read: number,
  }),
  'weight-decay': training('number', 'L2 penalty of a linear model (default 1), weight decay of a network.', {
    read: number,
  }),
  'hold-out': training('share', 'Share of the rows that is held out for the scores. Default: 0.2.', { read: number }),
  seed: training('n', 'Seed of all random numbers. Default: 0.', { commands: ['train'], read: number }),

  out: output('file', 'File to write. Default: model.safetensors; for predict, standard output.', 'train', 'predict'),
  onnx: output('file', 'Writes the model as ONNX.', 'train', 'convert'),
  js: output('file', 'Writes the model as a JavaScript module that exports predict(rows).', 'train', 'convert'),
  plot: output(
    'file',
    'Writes a picture as SVG: the loss by epoch; for compare, a curve for each setting; for evaluate, the confusion matrix.',
    'train',
    'compare',
    'evaluate',
    'chapter',
  ),
  proba: {
    text: 'Probabilities of the classes: a column for each (predict), or as the outputs (convert).',
    commands: ['predict', 'convert'],
  },
  json: { text: 'Prints the result as JSON.', commands: ['train', 'evaluate', 'inspect', 'compare', 'doctor'] },
  checkpoint: output('file', 'Saves the state of the training there, for --resume.', 'train'),
  'checkpoint-every': output('n', 'Epochs between two checkpoints, or seconds, such as 30s. Default: 30s.', 'train'),
  resume: output(
    'file',
    'Continues from a checkpoint of the same training, or from the beginning if there is none yet.',
    'train',
  ),
  help: {
    text: 'Prints this help.',
    commands: ['train', 'predict', 'evaluate', 'inspect', 'compare', 'convert', 'worker', 'chapter', 'doctor'],
  },
};
