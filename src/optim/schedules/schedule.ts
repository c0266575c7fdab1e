import { fail, type OptionTable, readOptions, refuse } from '../../validate.js';
import { checkState, copyState, torchName } from './stateChecks.js';

/** A parameter group as a schedule sees it: it sets `lr`, and some set `momentum` or `betas[0]`. */
export interface ScheduledGroup {
  lr: number;
  /** The lr that the group had when its first schedule was made. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** Progress of a schedule, by torch's names: the rest of its state are options, or follow from those of the optimizer. */
const PROGRESS = /^(_|base_lrs$|best$|cooldown_counter$|last_epoch$|num_bad_epochs$|T_cur$|T_i$)/;

/** An optimizer as a schedule sees it: anything with such `paramGroups`. */
export interface OptimizerLike {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** A schedule's options and progress by torch's key names: plain data. */
export type SchedulerStateDict = Record<string, unknown>;

/** A schedule of the learning rate, as `fit` takes it: one of this package's classes, or an object of your own. */
export interface LRScheduler {
  /** The optimizer whose groups it sets. A `fit` with another one is refused. */
  readonly optimizer?: OptimizerLike | undefined;
  /** Sets the groups for the next step, or the next epoch. {@link ReduceLROnPlateau} reads the metric, all others ignore it. */
  step(metric?: number): void;
  /** Options and progress by torch's key names: plain data. */
  stateDict(): SchedulerStateDict;
  /** Continues from where the saved schedule was. */
  loadStateDict(dict: SchedulerStateDict): void;
}

/** Base class of all schedules: their optimizer, options and state dict. */
export abstract class Schedule<Options extends object, State extends object> implements LRScheduler {
  declare readonly optimizer: OptimizerLike;
  /** @internal The class's name, which a minifier may change. */
  declare readonly label: string;
  /** @internal Its options, with their checks and defaults. */
  declare protected readonly table: OptionTable<Options>;
  /** @internal The options as given; lists and functions are read here. */
  declare protected readonly options: Required<Options>;
  /** @internal Content of the state dict, by torch's names; options that are numbers, strings or booleans are read here. */
  declare protected readonly state: State & { _last_lr: number[] };

  /** @internal */
  protected constructor(
    label: string,
    optimizer: OptimizerLike,
    options: Options,
    table: OptionTable<Options>,
    place: { readonly [key: string]: unknown },
  ) {
    const groups: unknown = Object(optimizer).paramGroups;
    if (!Array.isArray(groups) || !groups.every((group) => typeof Object(group).lr === 'number')) {
      refuse(TypeError, `${label}: optimizer`, 'be an optimizer', optimizer);
    }
    this.label = label;
    this.optimizer = optimizer;
    this.table = table;
    this.options = readOptions(label, options, table) as Required<Options>;
    const plain = Object.entries(this.options).filter(([, value]) => /^[nsb]/.test(typeof value));
    const named = Object.fromEntries(plain.map(([key, value]) => [torchName(key), value]));
    this.state = { ...named, ...place } as unknown as typeof this.state;
    this.setLrs([]);
  }

  /** The lr of each group, as this schedule last set it. */
  get lastLr(): readonly number[] {
    return this.state._last_lr;
  }

  abstract step(metric?: number): void;

  /**
   * Options and progress by torch's key names: plain data that shares nothing with the schedule. JSON keeps it, but for an
   * infinite metric, which `encodeStateDict` keeps.
   */
  stateDict(): SchedulerStateDict {
    return copyState(this.state) as SchedulerStateDict;
  }

  /** The state dict, for `JSON.stringify`. */
  toJSON(): object {
    return this.state;
  }

  /**
   * Continues from where the saved schedule was. Load the optimizer's state dict as well, before or after: lr and momentum belong to it.
   * (The lr of a group is loaded too if it is still the one that this schedule set.)
   *
   * @param dict - from `stateDict()`, or from torch
   * @throws TypeError or RangeError when it does not fit or is impossible; nothing is changed then
   */
  loadStateDict(dict: SchedulerStateDict): void {
    this.checkState(`${this.label}: loadStateDict: dict`, dict);
    const mine = this.optimizer.paramGroups.filter(({ lr }, i) => lr === this.lastLr[i]);
    this.assume(copyState(dict) as SchedulerStateDict);
    this.optimizer.paramGroups.forEach((group, i) => {
      if (mine.includes(group)) group.lr = this.lastLr[i]!;
    });
  }

  /** @internal Throws unless a dict fits. */
  checkState(label: string, dict: unknown): void {
    checkState(label, this.state, dict, this.table);
  }

  /**
   * @internal The state from which a fit resumes. Throws unless a saved one fits, and has the options of this schedule; overridden, it takes those.
   */
  resumed(label: string, saved: SchedulerStateDict, overridden: boolean): SchedulerStateDict {
    this.checkState(label, saved);
    return withOptions(label, saved, this.stateDict(), overridden);
  }

  /** @internal True if it sets momentum or betas too. */
  get cyclesMomentum(): boolean {
    return false;
  }

  /** @internal Takes over a dict that fits. */
  assume(dict: SchedulerStateDict): void {
    for (const key of Object.keys(this.state))
      if (dict[key] !== undefined) Object.assign(this.state, { [key]: dict[key] });
  }

  /** @internal Sets the lr of the first groups, and notes what all then have. */
  protected setLrs(lrs: readonly number[]): void {
    const { paramGroups } = this.optimizer;
    lrs.forEach((lr, i) => {
      paramGroups[i]!.lr = lr;
    });
    this.state._last_lr = paramGroups.map(({ lr }) => lr);
  }

  /** @internal The values of an option of which there is one for all groups, or one for each. */
  protected eachGroup<Key extends keyof Options & string>(
    key: Key,
  ): Exclude<Options[Key], readonly unknown[] | undefined>[] {
    const { length } = this.optimizer.paramGroups;
    const value: unknown = this.options[key];
    const label = `${this.label}: ${key}`;
    const list = Array.isArray(value) ? [...value] : new Array(length).fill(value);
    if (list.length !== length)
      refuse(RangeError, label, `be one, or one for each of ${length} parameter groups`, value);
    return list;
  }
}

/** A saved state with the options of the given one, which must be its own unless they are overridden. */
function withOptions(
  label: string,
  saved: SchedulerStateDict,
  given: SchedulerStateDict,
  overridden: boolean,
): SchedulerStateDict {
  const state = { ...saved };
  for (const [key, value] of Object.entries(given)) {
    if (key === '_schedulers') {
      const parts = saved[key] as SchedulerStateDict[];
      state[key] = (value as SchedulerStateDict[]).map((one, i) => withOptions(label, parts[i]!, one, overridden));
    }
    const [was, now] = [saved[key], value].map((one) => JSON.stringify(one));
    if (PROGRESS.test(key) || was === undefined || was === now) continue;
    if (!overridden) {
      const expected = `be of a schedule with the same ${key}, ${was}, or override: ['scheduler'] to continue with what is given now`;
      fail(RangeError, label, expected, now);
    }
    state[key] = value;
  }
  return state;
}
