import { fail, nonNegative, nonNegativeInt, refuse } from '../validate.js';
import { type CommonOptions, checkAgainst, type OptimizerDescriptor, type StateNumbers } from './descriptor.js';
import type { ParamState } from './paramState.js';

/** The state of one parameter: how many steps it has taken, and its state arrays and numbers, by torch's names. */
export type ParameterState = Record<string, number | Float32Array>;

/** An optimizer's state, in the shape and by the keys of torch.optim's `state_dict()`. */
export interface OptimizerStateDict {
  /** By parameter, counted over all groups; parameters that have taken no step are missing. */
  state: Record<number, ParameterState>;
  /** The options of each group by torch's names, and its parameters' numbers. */
  param_groups: ({ params: number[] } & Record<string, unknown>)[];
}

/** weightDecay => weight_decay */
export function torchName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const copied = (value: unknown) => (Array.isArray(value) ? [...value] : value);

/** The options of a group as a state dict holds them, with the lr before any schedule once one was made. */
export function writeOptions(names: readonly string[], group: object): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const name of [...names, 'initialLr']) {
    const value: unknown = group[name as keyof typeof group];
    if (value !== undefined) options[torchName(name)] = copied(value);
  }
  return options;
}

/** The reverse, not checked yet: what was not saved stays as it is in `group`. */
export function readOptions<Group extends object>(names: readonly string[], group: Group, saved: object): Group {
  const options = { ...group };
  for (const name of [...names, 'initialLr']) {
    const value: unknown = saved[torchName(name) as keyof typeof saved];
    if (value !== undefined) Object.assign(options, { [name]: copied(value) });
  }
  return options;
}

export function checkInitialLr(
  label: string,
  { initialLr = 0 }: { readonly lr: number; readonly initialLr?: number },
): void {
  nonNegative(`${label}: initialLr`, initialLr);
}

export function writeStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  slots: readonly ParamState[],
): OptimizerStateDict {
  const state: OptimizerStateDict['state'] = {};
  slots.forEach((slot, i) => {
    // What options that were changed since the last step ask for.
    if (slot.step > 0) slot.ensureState(descriptor, groups[slot.group]!);
    if (slot.step === 0) return;
    const entry: ParameterState = descriptor.uncounted ? {} : { step: slot.step };
    Object.assign(entry, slot.numbers);
    for (const [name, { view }] of slot.state) entry[name] = view.slice();
    if (Object.keys(entry).length > 0) state[i] = entry;
  });
  const names = Object.keys(descriptor.defaults);
  return {
    state,
    param_groups: groups.map((group, g) => ({
      ...writeOptions(names, group),
      params: slots.flatMap((slot, i) => (slot.group === g ? [i] : [])),
    })),
  };
}

/** How a dict is read: strictly, or leaving out what does not fit. */
export interface LoadOptions {
  /** With `false`, what is missing or does not fit is left out and reported instead of refused. Default true. */
  readonly strict?: boolean;
}

/** Checks the whole dict before it changes anything. Returns what was left out, which strictly is nothing. */
export function readStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  slots: readonly ParamState[],
  dict: OptimizerStateDict,
  strict: boolean,
): string[] {
  const label = `${descriptor.name}: loadStateDict`;
  const { state, param_groups: saved } = Object(dict) as Partial<OptimizerStateDict>;
  if (typeof state !== 'object' || state === null || !Array.isArray(saved)) {
    refuse(TypeError, `${label}: dict`, 'be { state, param_groups }', dict);
  }
  const leftOut: string[] = [];
  /** Runs a check; what it throws is thrown, or noted when not strict. */
  const attempt = <T>(check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (strict) throw error;
      leftOut.push((error as Error).message);
      return undefined;
    }
  };

  const expect = (fits: boolean, name: string, expected: string, value: unknown) =>
    attempt(() => fits || refuse(RangeError, name, expected, value));

  expect(saved.length === groups.length, `${label}: dict`, `have ${groups.length} parameter groups`, saved.length);
  const names = Object.keys(descriptor.defaults);
  const order: unknown[] = [];
  const options = groups.map((group, g) => {
    const path = `${label}: param_groups[${g}]`;
    const entry = saved[g];
    const own = attempt(() => {
      const read = readOptions(names, group, Object(entry));
      checkAgainst(path, descriptor, read);
      checkInitialLr(path, read);
      return read;
    });
    const count = slots.filter((slot) => slot.group === g).length;
    const params: unknown = Object(entry).params;
    expect(Array.isArray(params) && params.length === count, `${path}.params`, `list ${count} parameters`, params);
    for (let i = 0; i < count; i++) order.push(Object(params)[i]);
    return own ?? group;
  });
  const found = slots.map((slot, i) => {
    const key = order[i] as number;
    const entry = state[key];
    return entry && attempt(() => readState(`${label}: state[${key}]`, descriptor, options[slot.group]!, slot, entry));
  });
  const keys = order.map(String);
  const unknown = Object.keys(state).find((key) => !keys.includes(key));
  attempt(() => {
    if (unknown !== undefined)
      fail(RangeError, `${label}: state[${unknown}]`, 'belong to a parameter of a group', 'one that does not');
  });

  // Nothing is refused from here on.
  groups.forEach((group, g) => {
    Object.assign(group, options[g]);
  });
  slots.forEach((slot, i) => {
    const { step = 0, numbers, arrays = [] } = found[i] ?? {};
    slot.clearState();
    slot.step = step;
    for (const [name, values] of arrays) slot.addState(name, values.length).set(values);
    slot.ensureState(descriptor, options[slot.group]!);
    slot.numbers = numbers ?? slot.numbers;
  });
  return leftOut;
}

/** A tensor that comes as { shape, data }, as a decoded one of torch's does: its numbers, or the number of one without axes. */
function plain(value: unknown): unknown {
  const { shape, data } = Object(value);
  return Array.isArray(shape) ? (shape.length === 0 ? data[0] : data) : value;
}

function readState<Options extends CommonOptions>(
  label: string,
  descriptor: OptimizerDescriptor<Options>,
  options: Options,
  slot: ParamState,
  entry: ParameterState,
): { step: number; numbers: StateNumbers; arrays: Map<string, Float32Array> } {
  const number = (name: string): number => {
    const value = plain(entry[name]);
    if (typeof value !== 'number') refuse(TypeError, `${label}.${name}`, 'be a number', value);
    return value;
  };
  const step = descriptor.uncounted ? 1 : number('step');
  nonNegativeInt(`${label}.step`, step);
  const numbers: StateNumbers = {};
  for (const name in descriptor.numbers?.(options)) numbers[name] = Math.fround(number(name));
  const arrays = new Map<string, Float32Array>();
  const needed = descriptor.state(options, slot.shape);
  for (const name of [...Object.keys(entry), ...needed]) {
    const values = name && plain(entry[name]);
    const length = descriptor.length?.(name!, slot.shape) ?? slot.size;
    if (values instanceof Float32Array) {
      if (values.length !== length) refuse(RangeError, `${label}.${name}`, `hold ${length} numbers`, values.length);
      arrays.set(name!, values);
    } else if (name && needed.includes(name)) {
      refuse(TypeError, `${label}.${name}`, `be a Float32Array of ${length} numbers`, values);
    }
  }
  return { step, numbers, arrays };
}
