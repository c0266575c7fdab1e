import { disposeOnError } from '../resources.js';
import {
  boolean,
  checkNumber,
  fail,
  isFloat32Array,
  nonNegativeInt,
  readOptions,
  refuse,
  wayFromText,
} from '../validate.js';
import { floats, outlasting } from '../wasm/memory.js';
import type { CommonOptions, OptimizerDescriptor, StateNumbers } from './descriptor.js';
import { optionsFromStateDict, optionsToStateDict } from './optionsStateDict.js';
import type { ParamState } from './paramState.js';

/** State of one parameter: its step count, state arrays and numbers, by torch's names. */
export type ParameterState = Record<string, number | Float32Array>;

/** An optimizer's state, in the shape and by the keys of torch.optim's `state_dict()`. */
export interface OptimizerStateDict {
  /** State by the number of the parameter, counted over all groups; those that have taken no step are missing. */
  state: Record<number, ParameterState>;
  /** The options of each group by torch's names, and its parameters' numbers. */
  param_groups: ({ params: number[] } & Record<string, unknown>)[];
}

/** The state and options of an optimizer as a state dict that shares nothing with it. */
export function writeStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  paramStates: readonly ParamState[],
): OptimizerStateDict {
  const state: OptimizerStateDict['state'] = {};
  paramStates.forEach((paramState, i) => {
    // Options that were changed since the last step may need other state.
    if (paramState.step > 0) paramState.ensureState(descriptor, groups[paramState.group]!);
    if (paramState.step === 0) return;
    const entry: ParameterState = descriptor.uncounted ? {} : { step: paramState.step };
    Object.assign(entry, paramState.numbers);
    for (const [name, { view }] of paramState.arrays) entry[name] = view.slice();
    if (Object.keys(entry).length > 0) state[i] = entry;
  });
  return {
    state,
    param_groups: groups.map((group, g) => ({
      ...optionsToStateDict(descriptor.options, group),
      params: paramStates.flatMap((paramState, i) => (paramState.group === g ? [i] : [])),
    })),
  };
}

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** With `false`, entries that are missing or do not fit are left out and reported instead of refused. Default true. */
  readonly strict?: boolean | undefined;
}

/** Loads a state dict. Checks all of it and allocates before anything changes. Returns what was left out; empty when `strict`. */
export function readStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  paramStates: readonly ParamState[],
  dict: OptimizerStateDict,
  options: LoadOptions,
): string[] {
  const label = `${descriptor.name}: loadStateDict`;
  const { strict } = readOptions(label, options, { strict: [boolean, true] });
  const { state, param_groups: saved } = Object(dict) as Partial<OptimizerStateDict>;
  if (typeof state !== 'object' || state === null || !Array.isArray(saved)) {
    refuse(TypeError, `${label}: dict`, `be { state, param_groups }${wayFromText(dict)}`, dict);
  }
  const leftOut: string[] = [];
  /** Runs a check; what it throws is thrown, or recorded when not strict. */
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
  const order: unknown[] = [];
  const read = groups.map((group, g) => {
    const path = `${label}: param_groups[${g}]`;
    const entry = Object(saved[g]);
    const own = attempt(() => {
      const options = optionsFromStateDict(path, descriptor.options, group, entry);
      descriptor.check?.(path, options);
      return options;
    });
    const count = paramStates.filter((paramState) => paramState.group === g).length;
    const params: unknown = entry.params;
    expect(Array.isArray(params) && params.length === count, `${path}.params`, `list ${count} parameters`, params);
    for (let i = 0; i < count; i++) {
      const key: unknown = Object(params)[i];
      const fits = (typeof key === 'number' || typeof key === 'string') && !order.includes(key);
      if (Array.isArray(params) && i < params.length) {
        expect(fits, `${path}.params[${i}]`, 'be the number of a parameter, each once', key);
      }
      order.push(key);
    }
    return own ?? group;
  });
  const found = paramStates.map((paramState, i) => {
    const key = order[i] as number;
    const entry = state[key];
    const path = `${label}: state[${key}]`;
    if (entry === undefined) return undefined;
    return attempt(() => readState(path, descriptor, read[paramState.group]!, paramState, entry));
  });
  const keys = new Set(order.map(String));
  const unknown = Object.keys(state).find((key) => !keys.has(key));
  attempt(() => {
    if (unknown !== undefined)
      fail(RangeError, `${label}: state[${unknown}]`, 'belong to a parameter of a group', 'one that does not');
  });

  // Views of Wasm memory are copied before it may grow.
  for (const one of found) {
    for (const [name, values] of one?.arrays ?? []) one!.arrays.set(name, outlasting(values));
  }
  const loaded = disposeOnError((use) =>
    paramStates.map((paramState, i) => {
      const values = found[i]?.arrays ?? new Map<string, ArrayLike<number>>();
      const needed = descriptor.state(read[paramState.group]!, paramState.shape).filter((name) => name !== null);
      const names = new Set([...values.keys(), ...needed]);
      return new Map(
        [...names].map((name) => [
          name,
          paramState.arrays.get(name) ?? use(floats(paramState.lengthOf(descriptor, name))),
        ]),
      );
    }),
  );

  // Nothing throws from here on.
  groups.forEach((group, g) => {
    Object.assign(group, read[g]);
  });
  paramStates.forEach((paramState, i) => {
    const { step = 0, numbers, arrays } = found[i] ?? {};
    const options = read[paramState.group]!;
    paramState.replaceArrays(loaded[i]!);
    let missing = false;
    for (const [name, { view }] of loaded[i]!) {
      const values = arrays?.get(name);
      if (values) view.set(values);
      else {
        view.fill(descriptor.initial?.(name, options) ?? 0);
        missing = true;
      }
    }
    paramState.step = descriptor.uncounted && missing ? 0 : step;
    paramState.numbers = numbers ?? descriptor.numbers?.(options) ?? {};
  });
  return leftOut;
}

/** The numbers of a tensor `{ shape, data }`, such as a decoded torch tensor; its one number if it has no axes. Else `value` itself. */
function plain(value: unknown): unknown {
  const { shape, data } = Object(value);
  return Array.isArray(shape) ? (shape.length === 0 ? Object(data)[0] : data) : value;
}

/** Reads and checks the state of one parameter. */
function readState<Options extends CommonOptions>(
  label: string,
  descriptor: OptimizerDescriptor<Options>,
  options: Options,
  paramState: ParamState,
  entry: ParameterState,
): { step: number; numbers: StateNumbers; arrays: Map<string, ArrayLike<number>> } {
  if (typeof entry !== 'object' || entry === null) refuse(TypeError, label, 'be an object', entry);
  const number = (name: string): number => {
    const value = plain(entry[name]);
    if (typeof value !== 'number') refuse(TypeError, `${label}.${name}`, 'be a number', value);
    return value;
  };
  const step = descriptor.uncounted ? 1 : number('step');
  nonNegativeInt(`${label}.step`, step);
  const numbers: StateNumbers = {};
  for (const name in descriptor.numbers?.(options)) {
    numbers[name] = Math.fround(number(name));
    checkNumber(`${label}.${name}`, numbers[name], 'a finite number', Number.isFinite);
  }
  const arrays = new Map<string, ArrayLike<number>>();
  const needed = descriptor.state(options, paramState.shape);
  for (const name of [...Object.keys(entry), ...needed]) {
    const values = name && plain(entry[name]);
    const length = paramState.lengthOf(descriptor, name!);
    if (isFloat32Array(values)) {
      if (values.length !== length) refuse(RangeError, `${label}.${name}`, `hold ${length} numbers`, values.length);
      arrays.set(name!, values);
    } else if (name && needed.includes(name)) {
      refuse(TypeError, `${label}.${name}`, `be a Float32Array of ${length} numbers`, values);
    }
  }
  return { step, numbers, arrays };
}
