import { kernelIndex } from '../wasm/kernels.js';
import { type Floats, floats, type Words, words } from '../wasm/memory.js';
import { OpList } from '../wasm/oplist.js';
import { type CommonOptions, type OptimizerDescriptor, SCALARS, type StateNumbers } from './descriptor.js';
import { Power } from './power.js';
import type { Slot } from './slot.js';

/** Words of one row of a table (assembly/optim/row.ts). */
export const ROW = 8;

/** The active slots of one group that have taken equally many steps, and so share their scalars. */
interface Cohort<Options> {
  readonly options: Options;
  readonly slots: readonly Slot[];
  readonly powers: readonly [Power, Power];
  readonly table: Words;
  readonly scalars: Floats;
  /** The numbers of the state after each step that was filled in. */
  readonly numbers: StateNumbers[];
}

/** The op list of an optimizer's step over the slots that were active when it was made, with room for the scalars of some steps. */
export class StepPlan<Options extends CommonOptions> {
  readonly ops = new OpList();
  readonly capacity: number;
  readonly #descriptor: OptimizerDescriptor<Options>;
  readonly #cohorts: Cohort<Options>[] = [];

  constructor(
    descriptor: OptimizerDescriptor<Options>,
    groups: readonly Options[],
    slots: readonly Slot[],
    capacity: number,
  ) {
    this.#descriptor = descriptor;
    this.capacity = capacity;
    const alike = new Map<string, Slot[]>();
    for (const slot of slots) {
      if (!slot.active) continue;
      const key = JSON.stringify([slot.group, slot.step, slot.numbers]);
      alike.set(key, [...(alike.get(key) ?? []), slot]);
    }
    try {
      for (const members of alike.values()) this.#add(groups[members[0]!.group]!, members);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #add(options: Options, slots: readonly Slot[]): void {
    const scalars = floats(SCALARS * this.capacity);
    const table = writeTable(slots.map((slot) => slot.row(this.#descriptor, options)));
    this.#cohorts.push({ options, slots, powers: [new Power(), new Power()], table, scalars, numbers: [] });
    this.ops.push('stepTable', kernelIndex(this.#descriptor.kernel), table.ptr, slots.length, scalars.ptr);
  }

  /** Appends the op that stops the list before the step when the loss or one of its gradients is not finite. */
  pushCheck(ops: OpList): void {
    for (const { table, slots } of this.#cohorts) ops.push('checkFinite', table.ptr, slots.length);
  }

  /** Computes the scalars of the step `ahead` steps from now; called for 0, 1, 2, ... in turn. */
  fill(ahead: number): void {
    for (const { options, slots, powers, scalars, numbers } of this.#cohorts) {
      const { view } = scalars;
      const at = ahead * SCALARS;
      const state = { ...(ahead === 0 ? slots[0]!.numbers : numbers[ahead - 1]) };
      const values = this.#descriptor.scalars(slots[0]!.step + ahead + 1, options, powers, state);
      for (let i = 0; i < values.length; i++) view[at + i] = values[i]!;
      view[at + SCALARS - 1] = options.maximize ? -1 : 1;
      numbers[ahead] = state;
    }
  }

  /** Notes that `steps` of the steps filled in have been taken. */
  advance(steps: number): void {
    if (steps === 0) return;
    for (const { slots, numbers } of this.#cohorts) {
      for (const slot of slots) {
        slot.step += steps;
        slot.numbers = numbers[steps - 1]!;
      }
    }
  }

  dispose(): void {
    for (const { table, scalars } of this.#cohorts) {
      table.dispose();
      scalars.dispose();
    }
    this.#cohorts.length = 0;
  }
}

/** Writes a table of rows, each given as its first words. */
export function writeTable(rows: readonly (readonly number[])[]): Words {
  const table = words(rows.length * ROW);
  const { view } = table;
  view.fill(0);
  for (const [i, row] of rows.entries()) view.set(row, i * ROW);
  return table;
}
