import { ResourceOwner } from '../resources.js';
import { kernelIndex, type Pointer } from '../wasm/kernels.js';
import { type Floats, floats, type Words, words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { OpList, wordOf } from '../wasm/opList.js';
import { type CommonOptions, type OptimizerDescriptor, SCALARS, SIGN, type StateNumbers } from './descriptor.js';
import type { ParamState } from './paramState.js';

/** Words of one row of a table (assembly/optim/row.ts). */
export const ROW = 8;

/** Active parameters of one group that have taken equally many steps, and so share their scalars. */
interface ScalarGroup<Options> {
  readonly options: Options;
  readonly members: readonly ParamState[];
  /** The scalars of each step filled in. */
  readonly block: Floats;
  /** The state's numbers after each step filled in. */
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
      const key = JSON.stringify([paramState.group, paramState.step, paramState.numbers]);
      const members = alike.get(key);
      if (members === undefined) alike.set(key, [paramState]);
      else members.push(paramState);
    }
    const tableOf = (members: readonly ParamState[]) =>
      this.resources.use(writeTable(members.map((member) => member.row(descriptor, groups[member.group]!))));
    [this.#table, this.#scalarGroups] = this.resources.disposeOnError(() => [
      tableOf(active),
      [...alike.values()].map((members) => {
        const block = this.resources.use(floats(SCALARS * capacity));
        this.ops.push(Op.stepTable, kernelIndex(descriptor.kernel), tableOf(members).ptr, members.length, block.ptr);
        return { options: groups[members[0]!.group]!, members, block, numbers: [] };
      }),
    ]);
  }

  /** The address of a table of all active parameters, and its rows. */
  get table(): [Pointer, number] {
    return [this.#table.ptr, this.#table.length / ROW];
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
    const { scalars, numbers: counts } = this.#descriptor;
    for (const {
      options,
      members,
      numbers,
      block: { view },
    } of this.#scalarGroups) {
      const { step, numbers: first } = members[0]!;
      for (let ahead = from; ahead < to; ahead++) {
        const state = counts ? { ...(ahead ? numbers[ahead - 1] : first) } : first;
        const at = SCALARS * ahead;
        scalars(view, at, step + ahead + 1, options, state);
        view[at + SIGN] = options.maximize ? -1 : 1;
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
