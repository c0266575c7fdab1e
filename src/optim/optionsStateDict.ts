import { finiteNumber, nonNegative, type OptionTable, readOptions, withDefaults } from '../validate.js';

/** weightDecay => weight_decay */
function torchName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const copied = (value: unknown) => (Array.isArray(value) ? [...value] : value);

/** The options of a group as a state dict holds them. Once a schedule was made, the lr before it is among them. */
export function optionsToStateDict(table: object, group: object): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const name of [...Object.keys(table), 'initialLr']) {
    const value: unknown = group[name as keyof typeof group];
    if (value !== undefined) options[torchName(name)] = copied(value);
  }
  return options;
}

/** Reads and checks the options of a group from a state dict. Options that were not saved are taken from `group`. */
export function optionsFromStateDict<Options extends { readonly lr: number }>(
  label: string,
  table: OptionTable<Options>,
  group: Options & { readonly initialLr?: number },
  saved: object,
): Options & { readonly initialLr?: number } {
  const savedOf = (name: string): unknown => copied(saved[torchName(name) as keyof typeof saved]);
  const own = Object.fromEntries(Object.keys(table).map((name) => [name, savedOf(name)]));
  const initialLr = savedOf('initialLr') ?? group.initialLr;
  const checks = withDefaults(table, group);
  // The last step of a schedule may leave an lr below 0: that of OneCycleLR, annealed linearly.
  if (initialLr !== undefined) Object.assign(checks, { lr: [finiteNumber, group.lr] });
  const options = readOptions(label, own as Options, checks) as Options;
  if (initialLr === undefined) return options;
  nonNegative(`${label}: initialLr`, initialLr);
  return { ...options, initialLr: initialLr as number };
}
