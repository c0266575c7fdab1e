import { BusyError, UseAfterDisposeError } from '../errors.js';
import { Disposable, disposeOnError, ResourceStack } from '../resources.js';
import type { Parameter } from '../tensor.js';
import { checkOptions, fail, refuse } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { disposeWith, type Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { context, endOf, OpList } from '../wasm/opList.js';
import { checkParams, isParameter } from './checkParams.js';
import { type CommonOptions, checkAgainst, type OptimizerDescriptor, overDefaults } from './descriptor.js';
import { ParamState } from './paramState.js';
import { type LoadOptions, type OptimizerStateDict, readStateDict, writeStateDict } from './stateDict.js';
import {
  AFTER_INSPECTION,
  checkStepOptions,
  INSPECTION,
  NO_OPTIONS,
  type StepOptions,
  type StepReport,
} from './stepOptions.js';
import { inspectionWords, StepPlan } from './stepPlan.js';

/** Some parameters with options of their own; what a group leaves out is taken from the optimizer's options. */
export type GroupOptions<Options> = Partial<Options> & { readonly params: readonly (Parameter | Float32Array)[] };

/** A group as `paramGroups` shows it: its options may be changed between steps. */
export type ParamGroup<Options> = { -readonly [Key in keyof Options]: Options[Key] } & {
  readonly params: readonly (Parameter | Float32Array)[];
  lr: number;
  /** The lr that the group had when its first schedule was made; missing before. */
  initialLr?: number;
};

/** What an optimizer is given: parameters, arrays of the user's own, or groups of them. */
export type Params<Options> = readonly Parameter[] | readonly Float32Array[] | readonly GroupOptions<Options>[];

/**
 * What all optimizers share: groups, steps, state. Use one of its classes, such as {@link Adam}.
 */
export abstract class Optimizer<Options extends CommonOptions = CommonOptions> extends Disposable {
  /** The groups, with all their options; change `paramGroups[0].lr` and the next step goes by it. */
  readonly paramGroups: readonly ParamGroup<Options>[] = [];
  /** @internal A running fit holds it. */
  busy = false;
  readonly #descriptor: OptimizerDescriptor<Options>;
  readonly #defaults: Options;
  readonly #slots: ParamState[] = [];
  readonly #resources = new ResourceStack();
  readonly #context: ReturnType<typeof context>;
  #plan: StepPlan<Options> | undefined;
  #list: Words | undefined;
  /** The state that each group's options asked for when the plan was made. */
  #states: (readonly (string | null)[])[] = [];

  /**
   * @param params - parameters, Float32Arrays of your own, or groups `{ params, ...options }`
   * @param options - for all groups that do not say otherwise
   * @throws TypeError or RangeError for a wrong option, no parameters or one given twice; OutOfMemoryError
   */
  constructor(params: Params<Options>, options: Partial<Options> = {}) {
    super();
    const { descriptor } = new.target as unknown as { descriptor: OptimizerDescriptor<Options> };
    this.#descriptor = descriptor;
    const { name, defaults } = descriptor;
    checkOptions(name, options, Object.keys(defaults));
    this.#defaults = overDefaults(defaults, options);
    checkAgainst(name, descriptor, this.#defaults);
    if (!Array.isArray(params)) refuse(TypeError, `${name}: params`, 'be an array', params);
    if (params.length === 0) fail(RangeError, `${name}: params`, 'hold at least one parameter', 'none');
    const grouped = !(isParameter(params[0]) || params[0] instanceof Float32Array);
    const groups = (grouped ? params : [{ params }]) as readonly GroupOptions<Options>[];
    disposeWith(this, this.#resources);
    this.#context = this.#resources.use(context());
    this.#resources.disposeOnError(() => {
      for (const group of groups) this.addParamGroup(group);
    });
  }

  /**
   * Adds parameters, with options of their own.
   *
   * @param group - `{ params, ...options }`; what it leaves out is taken from the optimizer's options
   * @throws TypeError or RangeError for a wrong option, no parameters, or one that is already there; BusyError; OutOfMemoryError
   */
  addParamGroup(group: GroupOptions<Options>): void {
    this.assertIdle('addParamGroup');
    const { name, defaults } = this.#descriptor;
    const label = `${name}: params[${this.paramGroups.length}]`;
    checkOptions(label, group, ['params', ...Object.keys(defaults)]);
    const { params, ...own } = group;
    if (!Array.isArray(params)) {
      refuse(TypeError, label, 'be a Parameter, a Float32Array or a group { params }', group);
    }
    checkParams(label, params, new Set(this.#slots.map(({ parameter, array }) => parameter ?? array)));
    const options = overDefaults(this.#defaults, own as unknown as Partial<Options>);
    checkAgainst(Object.keys(own).length === 0 ? name : label, this.#descriptor, options);
    const added = disposeOnError((use) =>
      params.map((param) => {
        const slot = use(new ParamState(param, this.paramGroups.length));
        slot.ensureState(this.#descriptor, options);
        return slot;
      }),
    );
    this.#slots.push(...added.map(this.#resources.use));
    (this.paramGroups as ParamGroup<Options>[]).push({ params: [...params], ...options } as ParamGroup<Options>);
    this.#dropPlan();
  }

  /**
   * Takes one step.
   *
   * Without gradients given it goes by each parameter's `grad`. Parameters with `requiresGrad = false` are left as they are, with their state.
   *
   * @param grads - for the user's own arrays: a gradient for each, in the order they were given; `null` leaves that one out of this step.
   *   Arrays are copied into Wasm memory and back. For a `Parameter` it replaces `grad` first.
   * @param options - see {@link StepOptions}
   * @returns what was found about the gradients
   * @throws TypeError or RangeError when gradients are missing or do not fit; UseAfterDisposeError; BusyError. Nothing is changed then.
   */
  step(grads?: readonly (Float32Array | null)[], options: StepOptions = NO_OPTIONS): StepReport {
    this.assertIdle('step');
    if (grads !== undefined) this.#checkGrads(grads);
    const { gradScale = 1, clipGradNorm: maxNorm, normType = 2, skipNonFinite: stops = false } = options;
    if (options !== NO_OPTIONS) checkStepOptions(this.#descriptor.name, options);
    this.#activate(grads);
    const plan = this.#ready();
    if (grads !== undefined) this.#each((slot, i) => slot.copyIn(grads[i]!));
    plan.fill(0, 1);
    const list = this.#list!;
    const inspects = maxNorm !== undefined || stops;
    if (inspects) list.view.set(inspectionWords(maxNorm, normType, stops), INSPECTION);
    const context = this.#context!.ptr;
    const { step, lastGradNorm } = kernels();
    const applied = step(context, list.ptr + (inspects ? 0 : AFTER_INSPECTION), endOf(list), gradScale);
    if (applied) {
      plan.advance(1);
      if (grads !== undefined) this.#each((slot) => slot.copyOut());
    }
    return { skipped: !applied, gradNorm: maxNorm === undefined ? undefined : lastGradNorm(context) };
  }

  /** Writes zeros to every gradient. */
  zeroGrad(): void {
    this.assertUsable();
    for (const slot of this.#slots) slot.grad.fill(0);
  }

  /**
   * The state and options, in the shape and by the keys of torch.optim's `state_dict()`: plain data that shares nothing with the optimizer.
   *
   * @throws UseAfterDisposeError
   */
  stateDict(): OptimizerStateDict {
    this.assertUsable();
    return writeStateDict(this.#descriptor, this.paramGroups, this.#slots);
  }

  /**
   * Takes over a state dict of the same optimizer class over parameters of the same sizes. From there on it steps as the saved one would,
   * to the bit.
   *
   * @param dict - what `stateDict()` gave, or a torch optimizer's
   * @param options - `strict: false` leaves out what is missing or does not fit
   * @returns what was left out, a line each; strictly nothing is
   * @throws TypeError or RangeError when it does not fit; BusyError. Nothing is changed then.
   */
  loadStateDict(dict: OptimizerStateDict, options: LoadOptions = {}): string[] {
    this.assertIdle('loadStateDict');
    checkOptions(`${this.#descriptor.name}: loadStateDict`, options, ['strict']);
    const leftOut = readStateDict(this.#descriptor, this.paramGroups, this.#slots, dict, options.strict ?? true);
    this.#dropPlan();
    return leftOut;
  }

  /** @internal A plan for `capacity` steps of the parameters that require gradients now, for the fused loop, which disposes it. */
  planSteps(capacity: number): StepPlan<Options> {
    this.#activate(undefined);
    this.#dropPlan();
    return this.#planActive(capacity);
  }

  /** A plan for the slots that are active now. */
  #planActive(capacity: number): StepPlan<Options> {
    for (const slot of this.#slots) slot.ensureState(this.#descriptor, this.paramGroups[slot.group]!);
    return new StepPlan(this.#descriptor, this.paramGroups, this.#slots, capacity);
  }

  /** @internal */
  assertIdle(call: string): void {
    this.assertUsable();
    if (this.busy) throw new BusyError(this.#descriptor.name, call);
  }

  #each(visit: (slot: ParamState, index: number) => void): void {
    this.#slots.forEach((slot, i) => {
      if (slot.active) visit(slot, i);
    });
  }

  #checkGrads(grads: readonly (Float32Array | null)[]): void {
    const { name } = this.#descriptor;
    if (!Array.isArray(grads)) {
      refuse(TypeError, `${name}: grads`, 'be an array of Float32Arrays or nulls', grads);
    }
    if (grads.length !== this.#slots.length) {
      refuse(RangeError, `${name}: grads`, `hold ${this.#slots.length} gradients, one a parameter`, grads.length);
    }
    this.#slots.forEach(({ size, array }, i) => {
      const grad: unknown = grads[i];
      if (grad !== null) {
        const label = `${name}: grads[${i}]`;
        if (!(grad instanceof Float32Array)) refuse(TypeError, label, 'be a Float32Array or null', grad);
        if (grad.length !== size) refuse(RangeError, label, `hold ${size} numbers like its parameter`, grad.length);
      }
      if (array && array.length !== size) {
        refuse(RangeError, `${name}: params[${i}]`, `still hold ${size} numbers`, array.length);
      }
    });
  }

  /** Settles which slots the next step includes, dropping a plan that was made for others. */
  #activate(grads: readonly (Float32Array | null)[] | undefined): void {
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      const { parameter } = slot;
      let active = grads === undefined || grads[i] !== null;
      if (parameter) {
        if (parameter.disposed) throw new UseAfterDisposeError(`${this.#descriptor.name}: parameter ${i}`);
        active &&= parameter.requiresGrad;
      } else if (grads === undefined) {
        throw new TypeError(
          `${this.#descriptor.name}: step() needs grads, because parameter ${i} is a Float32Array, got none`,
        );
      }
      if (active !== slot.active) {
        slot.active = active;
        this.#dropPlan();
      }
    }
    for (let i = 0; i < this.#states.length; i++) {
      if (this.#states[i] !== this.#descriptor.state(this.paramGroups[i]!, [])) this.#dropPlan();
    }
  }

  #ready(): StepPlan<Options> {
    if (this.#plan === undefined) {
      const plan = this.#planActive(1);
      disposeWith(plan, plan.resources);
      this.#list = plan.resources.disposeOnError(() => {
        const ops = new OpList();
        ops.push(Op.inspect, ...plan.table, ...inspectionWords(undefined, 2, false));
        ops.append(plan.ops);
        return plan.resources.use(ops.write());
      });
      this.#plan = plan;
      this.#states = this.paramGroups.map((group) => this.#descriptor.state(group, []));
    }
    return this.#plan;
  }

  #dropPlan(): void {
    this.#plan?.dispose();
    this.#plan = undefined;
    this.#states = [];
  }

  /** @internal */
  protected override beforeDispose(): void {
    this.assertIdle('dispose');
  }

  /** @internal */
  protected override release(): void {
    this.#dropPlan();
    this.#resources.dispose();
  }

  /** @internal */
  protected override describe(): string {
    return `${this.#descriptor.name} optimizer`;
  }
}
