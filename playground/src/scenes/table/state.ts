// The options of reading a table and of training on it, as the address holds them. Of tables, it names only the examples.
import type { ColumnKind, CsvProblem } from 'adamas/datasets';
import { keyOf, mergeFixes } from './problems.js';
import type { Options } from './recipe.js';

export const EXAMPLES = ['iris', 'cars'] as const;
export type Example = (typeof EXAMPLES)[number];

/** Options of training as they stand in the fields: an empty text leaves the package's default. */
export interface TrainingFields {
  readonly model: 'mlp' | 'linear';
  readonly hidden: string;
  readonly activation: string;
  readonly optimizer: string;
  readonly lr: string;
  readonly schedule: string;
  readonly epochs: string;
  readonly batchSize: string;
  readonly dropout: string;
  readonly weightDecay: string;
  readonly holdOut: string;
  readonly seed: string;
}

export interface TableState {
  readonly example: Example | undefined;
  readonly target: string;
  /** Kinds that the user chose, by columns. */
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  /** Keys of the problems whose fixes are switched on. */
  readonly fixes: readonly string[];
  readonly training: TrainingFields;
}

const NO_TRAINING: TrainingFields = {
  ...{ model: 'mlp', hidden: '', activation: '', optimizer: '', lr: '', schedule: '', epochs: '' },
  ...{ batchSize: '', dropout: '', weightDecay: '', holdOut: '', seed: '' },
};

export const NO_TABLE: TableState = { example: undefined, target: '', kinds: {}, fixes: [], training: NO_TRAINING };

const TARGETS: Readonly<Record<Example, string>> = { iris: 'species', cars: 'price' };

/** The state in which an example is opened. */
export const exampleState = (example: Example, training = NO_TRAINING): TableState => ({
  ...NO_TABLE,
  example,
  target: TARGETS[example],
  training,
});

/** Options that a linear model, which is solved over all rows, does not take. */
const OF_NETWORKS = ['hidden', 'activation', 'optimizer', 'lr', 'schedule', 'batchSize', 'dropout'] as const;

export const isOfNetworks = (name: keyof TrainingFields): boolean => OF_NETWORKS.some((one) => one === name);

/** The options that the state stands for, given the problems of the table. */
export function optionsOf({ target, kinds, fixes, training }: TableState, problems: readonly CsvProblem[]): Options {
  const chosen = problems.filter((problem) => fixes.includes(keyOf(problem)));
  const set = (Object.entries(training) as [keyof TrainingFields, string][]).filter(
    ([name, text]) => text !== '' && !(training.model === 'linear' && isOfNetworks(name)),
  );
  const options = set.map(([name, text]) => [name, fieldValue(name, text)]);
  // The model that is the default is left out.
  const { model, ...rest } = Object.fromEntries(options);
  return {
    ...mergeFixes(chosen, kinds),
    ...(target !== '' && { target }),
    ...(model === 'linear' && { model }),
    ...rest,
  };
}

function fieldValue(name: keyof TrainingFields, text: string): unknown {
  if (name === 'hidden')
    return text
      .split(/[\s,，、]+/)
      .filter(Boolean)
      .map(Number);
  return ['model', 'activation', 'optimizer', 'schedule'].includes(name) ? text : Number(text);
}

/** Reads the state from the parameters of an address. */
export function readState(params: URLSearchParams): TableState {
  const example = EXAMPLES.find((name) => name === params.get('data'));
  if (example === undefined) return NO_TABLE;
  const training = Object.fromEntries(
    Object.entries(NO_TRAINING).map(([name, first]) => [name, params.get(name) ?? first]),
  ) as unknown as TrainingFields;
  return {
    example,
    target: params.get('target') ?? TARGETS[example],
    kinds: readKinds(params.get('kinds') ?? ''),
    fixes: (params.get('fixes') ?? '').split(',').filter(Boolean),
    training: { ...training, model: training.model === 'linear' ? 'linear' : 'mlp' },
  };
}

const KINDS: readonly ColumnKind[] = ['number', 'category', 'date', 'ignore'];

function readKinds(text: string): Record<string, ColumnKind> {
  const pairs = [...new URLSearchParams(text)];
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, ColumnKind] => KINDS.includes(pair[1] as ColumnKind)),
  );
}

/** The parameters of an address: readState gives the same state of them. */
export function writeState({ example, target, kinds, fixes, training }: TableState): Record<string, string> {
  if (example === undefined) return {};
  const changed = Object.entries(training).filter(([name, text]) => text !== NO_TRAINING[name as keyof TrainingFields]);
  return {
    data: example,
    target,
    ...(Object.keys(kinds).length > 0 && { kinds: String(new URLSearchParams(kinds)) }),
    ...(fixes.length > 0 && { fixes: fixes.join(',') }),
    ...Object.fromEntries(changed),
  };
}
