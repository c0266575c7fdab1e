import { ResourceOwner } from '../resources.js';
import { kernelIndex, type Pointer } from '../wasm/kernels.js';
import { type Floats, floats, type Words, words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { OpList, wordOf } from '../wasm/opList.js';
import { type CommonOptions, type OptimizerDescriptor, SCALARS, SIGN, type StateNumbers } from './descriptor.js';
import type { ParamState } from './paramState.js';

/** Words of one row of a table (assembly/optim/row.ts). */
export const ROW = 8;

/** The active slots of one group that have taken equally many steps, and so share their scalars. */
interface ScalarGroup<Options> {
  readonly options: Options;
  readonly slots: readonly ParamState[];
  /** Of the scalars. */
  readonly block: Floats;
  /** The numbers of the state after each step that was filled in. */
  readonly numbers: StateNumbers[];
}

/** Which norm: the sum of |g|, the root of the sum of g^2, or the largest |g|. */
export type NormType = 1 | 2 | typeof Infinity;

/**
 * The last words of the op `inspect` (assembly/optim/clip.ts): clips, order, maxNorm, stops. It clips gradients to `maxNorm`, if there is one, and
 * with `stops` keeps a step from being applied that is not finite.
 */
export function inspectionWords(maxNorm: number | undefined, normType: NormType, stops: boolean): number[] {
  return [Number(maxNorm !== undefined), orderOf(normType), maxNorm ? wordOf(maxNorm) : 0, Number(stops)];
}

/** How the kernels write a norm. */
export function orderOf(normType: NormType): number {
  return normType === Infinity ? 0 : normType;
}

/** The op list of an optimizer's step over the slots that were active when it was made, with room for the scalars of some steps. */
export class StepPlan<Options extends CommonOptions> extends ResourceOwner {
  readonly ops = new OpList();
  declare readonly capacity: number;
  readonly #descriptor: OptimizerDescriptor<Options>;
  readonly #cohorts: readonly ScalarGroup<Options>[];
  readonly #all: Words;

  constructor(
    descriptor: OptimizerDescriptor<Options>,
    groups: readonly Options[],
    slots: readonly ParamState[],
    capacity: number,
  ) {
    super();
    this.#descriptor = descriptor;
    this.capacity = capacity;
    const active = slots.filter((slot) => slot.active);
    const alike = new Map<string, ParamState[]>();
    for (const slot of active) {
      const key = JSON.stringify([slot.group, slot.step, slot.numbers]);
      alike.set(key, [...(alike.get(key) ?? []), slot]);
    }
    const tableOf = (members: readonly ParamState[]) =>
      this.resources.use(writeTable(members.map((slot) => slot.row(descriptor, groups[slot.group]!))));
    [this.#all, this.#cohorts] = this.resources.disposeOnError(() => [
      tableOf(active),
      [...alike.values()].map((slots) => {
        const block = this.resources.use(floats(SCALARS * capacity));
        this.ops.push(Op.stepTable, kernelIndex(descriptor.kernel), tableOf(slots).ptr, slots.length, block.ptr);
        return { options: groups[slots[0]!.group]!, slots, block, numbers: [] };
      }),
    ]);
  }

  /** The address of a table of all active slots, and its rows. */
  get table(): [Pointer, number] {
    return [this.#all.ptr, this.#all.length / ROW];
  }

  /** Computes the scalars of the steps `from` to `to` - 1, counted from the next, which is 0; those before must have been. */
  fill(from: number, to: number): void {
    const { scalars, numbers: counts } = this.#descriptor;
    for (const {
      options,
      slots,
      numbers,
      block: { view },
    } of this.#cohorts) {
      const { step, numbers: first } = slots[0]!;
      for (let ahead = from; ahead < to; ahead++) {
        const state = counts ? { ...(ahead ? numbers[ahead - 1] : first) } : first;
        const at = SCALARS * ahead;
        scalars(view, at, step + ahead + 1, options, state);
        view[at + SIGN] = options.maximize ? -1 : 1;
        if (counts) numbers[ahead] = state;
      }
    }
  }

  /** Notes that `steps` of the steps filled in have been taken. */
  advance(steps: number): void {
    for (const { slots, numbers } of this.#cohorts) {
      for (const slot of slots) {
        slot.step += steps;
        slot.numbers = numbers[steps - 1] ?? slot.numbers;
      }
    }
  }
}

/** Writes a table of rows, each given as its first words. */
export function writeTable(rows: readonly (readonly number[])[]): Words {
  const table = words(rows.length * ROW);
  const { view } = table;
  view.fill(0);
  rows.forEach((row, i) => {
    view.set(row, i * ROW);
  });
  return table;
}
