import { ResourceOwner } from '../resources.js';
import { kernelIndex, type Pointer } from '../wasm/kernels.js';
import { CheckFinite, Row, StepScalars } from '../wasm/layouts.generated.js';
import { type Floats, floats, type Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { OP_HEADER, OpList, wordOf } from '../wasm/opList.js';
import type { CommonOptions, OptimizerDescriptor, StateNumbers } from './descriptor.js';
import type { ParamState } from './paramState.js';
import { writeTable } from './rowTable.js';

/** Active parameters of one group that have taken equally many steps, and so share their scalars. */
interface ScalarGroup<Options> {
  readonly options: Options;
  readonly members: readonly ParamState[];
  /** The scalars of each step filled in. */
  readonly block: Floats;
  /** The state's numbers after each step filled in. */
  readonly numbers: StateNumbers[];
}

/** A norm of gradients: the sum of |g|, the root of the sum of g^2, or the largest |g|. */
export type NormType = 1 | 2 | typeof Infinity;

/** The kernels' code of a norm. */
export function orderOf(normType: NormType): number {
  return normType === Infinity ? 0 : normType;
}

/** The op list of an optimizer's step over the parameters that were active when it was made, with room for the scalars of some steps. */
export class StepPlan<Options extends CommonOptions> extends ResourceOwner {
  readonly ops = new OpList();
  declare readonly capacity: number;
  readonly #descriptor: OptimizerDescriptor<Options>;
  readonly #groups: readonly Options[];
  /** The state arrays that each group's options needed when this was made. */
  readonly #needs: readonly (readonly (string | null)[])[];
  readonly #scalarGroups: readonly ScalarGroup<Options>[];
  readonly #table: Words;

  constructor(
    descriptor: OptimizerDescriptor<Options>,
    groups: readonly Options[],
    paramStates: readonly ParamState[],
    capacity: number,
  ) {
    super();
    this.#descriptor = descriptor;
    this.#groups = groups;
    this.#needs = groups.map((group) => descriptor.state(group, []));
    this.capacity = capacity;
    const active = paramStates.filter((paramState) => paramState.active);
    const alike = new Map<string, ParamState[]>();
    for (const paramState of active) {
      const key = [paramState.group, paramState.step, ...Object.values(paramState.numbers)].join();
      const members = alike.get(key);
      if (members === undefined) alike.set(key, [paramState]);
      else members.push(paramState);
    }
    const tableOf = (members: readonly ParamState[]) =>
      this.resources.use(writeTable(members.map((member) => member.row(descriptor, groups[member.group]!))));
    [this.#table, this.#scalarGroups] = this.resources.disposeOnError(() => {
      const all = tableOf(active);
      const scalarGroups = [...alike.values()].map((members) => {
        const { kernel, scalarWords } = descriptor;
        const block = this.resources.use(floats(scalarWords * capacity));
        const table = members.length === active.length ? all : tableOf(members);
        this.ops.push(Op.stepTable, kernelIndex(kernel), table.ptr, members.length, block.ptr, 4 * scalarWords);
        return { options: groups[members[0]!.group]!, members, block, numbers: [] };
      });
      return [all, scalarGroups];
    });
  }

  /** Appends the op before those of the step, which does nothing until {@link setCheck} asks for something. */
  pushCheck(ops: OpList): void {
    ops.push(Op.checkFinite, ...this.table, 0, 0, 0, 0);
  }

  /** The address of a table of all active parameters, and its rows. */
  get table(): [Pointer, number] {
    return [this.#table.ptr, this.#table.length / Row.size];
  }

  /** True while the groups' options need the state arrays for which this was made. */
  holds(): boolean {
    for (let i = 0; i < this.#needs.length; i++) {
      if (this.#needs[i] !== this.#descriptor.state(this.#groups[i]!, [])) return false;
    }
    return true;
  }

  /** Computes the scalars of the steps `from` to `to` - 1, counted from the next, which is 0; those before must have been. */
  fill(from: number, to: number): void {
    const { scalars, scalarWords, numbers: counts } = this.#descriptor;
    for (const {
      options,
      members,
      numbers,
      block: { view },
    } of this.#scalarGroups) {
      const { step, numbers: first } = members[0]!;
      for (let ahead = from; ahead < to; ahead++) {
        const state = counts ? { ...(ahead ? numbers[ahead - 1] : first) } : first;
        const at = scalarWords * ahead;
        scalars(view, at, step + ahead + 1, options, state);
        view[at + StepScalars.sign] = options.maximize ? -1 : 1;
        if (counts) numbers[ahead] = state;
      }
    }
  }

  /** Records that `steps` of the steps filled in have been taken. */
  advance(steps: number): void {
    for (const { members, numbers } of this.#scalarGroups) {
      for (const member of members) {
        member.step += steps;
        member.numbers = numbers[steps - 1] ?? member.numbers;
      }
    }
  }
}

/**
 * Sets what the op `checkFinite` does, the first of `list`: it clips gradients to `maxNorm`, if there is one, and with `stops` leaves out a
 * step whose loss or gradients are not finite.
 */
export function setCheck(list: Words, maxNorm: number | undefined, normType: NormType, stops: boolean): void {
  const { view } = list;
  view[OP_HEADER + CheckFinite.clips] = Number(maxNorm !== undefined);
  view[OP_HEADER + CheckFinite.order] = orderOf(normType);
  view[OP_HEADER + CheckFinite.maxNorm] = maxNorm ? wordOf(maxNorm) : 0;
  view[OP_HEADER + CheckFinite.stops] = Number(stops);
}

/** Address of the ops after that one. */
export function afterCheck(list: Words): Pointer {
  return list.ptr + 4 * (OP_HEADER + CheckFinite.size);
}
