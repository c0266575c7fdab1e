import { show } from '../check.js';
import type { CommonOptions, OptimizerDescriptor } from './descriptor.js';
import type { Slot } from './slot.js';

/** The state of one parameter: how many steps it has taken, and its state arrays by torch's names. */
export interface ParameterState {
  step: number;
  [name: string]: number | Float32Array;
}

/** An optimizer's state, in the shape and by the keys of torch.optim's `state_dict()`. */
export interface OptimizerStateDict {
  /** By parameter, counted over all groups; parameters that have taken no step are missing. */
  state: Record<number, ParameterState>;
  /** The options of each group by torch's names, and its parameters' numbers. */
  param_groups: ({ params: number[] } & Record<string, unknown>)[];
}

/** weightDecay => weight_decay */
function torchName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function writeStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  slots: readonly Slot[],
): OptimizerStateDict {
  const state: OptimizerStateDict['state'] = {};
  slots.forEach((slot, i) => {
    if (slot.step === 0) return;
    const arrays = descriptor.state(groups[slot.group]!).map((name) => [name, slot.state.get(name)!.view.slice()]);
    state[i] = { step: slot.step, ...Object.fromEntries(arrays) };
  });
  return {
    state,
    param_groups: groups.map((group, g) => {
      const options = Object.keys(descriptor.defaults).map((name) => {
        const value = group[name as keyof Options];
        return [torchName(name), Array.isArray(value) ? [...value] : value];
      });
      return { ...Object.fromEntries(options), params: slots.flatMap((slot, i) => (slot.group === g ? [i] : [])) };
    }),
  };
}

/** Checks the whole dict before it changes anything. */
export function readStateDict<Options extends CommonOptions>(
  descriptor: OptimizerDescriptor<Options>,
  groups: readonly Options[],
  slots: readonly Slot[],
  dict: OptimizerStateDict,
): void {
  const label = `${descriptor.name}: loadStateDict`;
  const { state, param_groups: saved } = Object(dict) as Partial<OptimizerStateDict>;
  if (typeof state !== 'object' || state === null || !Array.isArray(saved)) {
    throw new TypeError(`${label}: dict must be { state, param_groups }, got ${show(dict)}`);
  }
  if (saved.length !== groups.length) {
    throw new RangeError(`${label}: dict must have ${groups.length} parameter groups, got ${saved.length}`);
  }
  const options = saved.map((group, g) => readOptions(`${label}: param_groups[${g}]`, descriptor, groups[g]!, group));
  const order = saved.flatMap((group, g) => {
    const count = slots.filter((slot) => slot.group === g).length;
    if (!Array.isArray(group.params) || group.params.length !== count) {
      throw new RangeError(
        `${label}: param_groups[${g}].params must list ${count} parameters, got ${show(group.params)}`,
      );
    }
    return group.params;
  });
  const found = slots.map((slot, i) => {
    const entry = state[order[i]!];
    return entry && readState(`${label}: state[${order[i]}]`, descriptor, options[slot.group]!, slot, entry);
  });
  groups.forEach((group, g) => {
    Object.assign(group, options[g]);
  });
  slots.forEach((slot, i) => {
    slot.step = found[i]?.step ?? 0;
    slot.ensureState(descriptor.state(options[slot.group]!), () => 0);
    for (const [name, block] of slot.state) {
      const values = found[i]?.arrays.get(name);
      if (values === undefined) block.view.fill(descriptor.initial?.(name, options[slot.group]!) ?? 0);
      else block.view.set(values);
    }
  });
}

function readOptions<Options extends CommonOptions>(
  label: string,
  descriptor: OptimizerDescriptor<Options>,
  group: Options,
  saved: Record<string, unknown>,
): Options {
  const own = Object.keys(descriptor.defaults).map((name) => {
    const value = saved[torchName(name)] ?? group[name as keyof Options];
    return [name, Array.isArray(value) ? [...value] : value];
  });
  const options = Object.fromEntries(own) as Options;
  descriptor.check(label, options);
  return options;
}

function readState<Options extends CommonOptions>(
  label: string,
  descriptor: OptimizerDescriptor<Options>,
  options: Options,
  slot: Slot,
  entry: ParameterState,
): { step: number; arrays: Map<string, Float32Array> } {
  const { step } = entry;
  if (typeof step !== 'number') throw new TypeError(`${label}.step must be a number, got ${show(step)}`);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`${label}.step must be a whole number, got ${step}`);
  const arrays = new Map<string, Float32Array>();
  for (const name of descriptor.state(options)) {
    const values = entry[name];
    if (!(values instanceof Float32Array)) {
      throw new TypeError(`${label}.${name} must be a Float32Array, got ${show(values)}`);
    }
    if (values.length !== slot.size) {
      throw new RangeError(`${label}.${name} must hold ${slot.size} numbers like its parameter, got ${values.length}`);
    }
    arrays.set(name, values);
  }
  return { step, arrays };
}
