import { UseAfterDisposeError } from '../errors.js';
import { Disposable, disposeOnError, disposeWith, ResourceStack } from '../resources.js';
import type { Parameter } from '../tensor.js';
import { checkOptions, fail, isFloat32Array, readOptions, refuse, withDefaults } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { outlasting, type Words } from '../wasm/memory.js';
import { context, endOf, OpList } from '../wasm/opList.js';
import { checkParams, isParameter } from './checkParams.js';
import type { CommonOptions, OptimizerDescriptor } from './descriptor.js';
import type { GroupOptions, OptionsOf, ParamGroup, Params } from './paramGroups.js';
import { ParamState } from './paramState.js';
import { type LoadOptions, type OptimizerStateDict, readStateDict, writeStateDict } from './stateDict.js';
import { checkGrads, type Gradients, readStepOptions, type StepOptions, type StepReport } from './stepOptions.js';
import { afterCheck, StepPlan, setCheck } from './stepPlan.js';

/**
 * Base class of all optimizers but {@link LBFGS}: groups, steps, state. Use one of its classes, such as {@link Adam}.
 */
export abstract class Optimizer<Options extends CommonOptions = CommonOptions> extends Disposable {
  /** The groups, with all their options; change `paramGroups[0].lr` and the next step uses it. */
  readonly paramGroups: readonly ParamGroup<Options>[] = [];
  readonly #descriptor: OptimizerDescriptor<Options>;
  readonly #defaults: Options;
  readonly #paramStates: ParamState[] = [];
  readonly #resources = new ResourceStack();
  readonly #context: ReturnType<typeof context>;
  #plan: StepPlan<Options> | undefined;
  #list: Words | undefined;

  /**
   * @param params - parameters, Float32Arrays of your own, or groups `{ params, ...options }`
   * @param options - defaults for the groups
   * @throws TypeError or RangeError for a wrong option, no parameters, or memory given twice; OutOfMemoryError
   */
  constructor(params: Params<Options>, options: OptionsOf<Options> = {}) {
    super();
    const { descriptor } = new.target as unknown as { descriptor: OptimizerDescriptor<Options> };
    this.#descriptor = descriptor;
    const { name } = descriptor;
    this.#defaults = this.#readOptions(name, options);
    if (!Array.isArray(params)) refuse(TypeError, `${name}: params`, 'be an array', params);
    if (params.length === 0) fail(RangeError, `${name}: params`, 'hold at least one parameter', 'none');
    const grouped = !(isParameter(params[0]) || isFloat32Array(params[0]));
    const groups = (grouped ? params : [{ params }]) as readonly GroupOptions<Options>[];
    // Checked before anything is allocated: growing Wasm memory detaches views, which would then look like empty arrays.
    groups.forEach((group, i) => {
      if (Array.isArray(group?.params)) checkParams(`${name}: params[${i}]`, group.params, []);
    });
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
   * @throws TypeError or RangeError for a wrong option, no parameters, or memory that is already there; BusyError; OutOfMemoryError.
   *   Nothing is changed then.
   */
  addParamGroup(group: GroupOptions<Options>): void {
    this.assertIdle('addParamGroup');
    const { name, options: table } = this.#descriptor;
    const index = this.paramGroups.length;
    const label = `${name}: params[${index}]`;
    const isGroup = typeof group === 'object' && group !== null && !Array.isArray(group) && !ArrayBuffer.isView(group);
    if (isGroup) checkOptions(label, group, ['params', ...Object.keys(table)]);
    const { params, ...own } = Object(group) as GroupOptions<Options>;
    if (!Array.isArray(params)) {
      refuse(TypeError, label, 'be a Parameter, a Float32Array or a group { params }', group);
    }
    checkParams(
      label,
      params,
      this.#paramStates.map(({ target }) => target),
    );
    const hasOwn = Object.values(own).some((value) => value !== undefined);
    const options = this.#readOptions(hasOwn ? label : name, own as unknown as OptionsOf<Options>, this.#defaults);
    const added = disposeOnError((use) =>
      params.map((param: Parameter | Float32Array) => {
        const paramState = use(new ParamState(param, index));
        paramState.ensureState(this.#descriptor, options);
        return paramState;
      }),
    );
    for (const paramState of added) this.#paramStates.push(this.#resources.use(paramState));
    (this.paramGroups as ParamGroup<Options>[]).push({ params: [...params], ...options } as ParamGroup<Options>);
    this.#dropPlan();
  }

  /** Reads options over the defaults, the class's own at first. Arrays are copied. */
  #readOptions(label: string, options: OptionsOf<Options>, defaults?: Options): Options {
    const { options: table, check } = this.#descriptor;
    const read = readOptions(label, options as Options, defaults ? withDefaults(table, defaults) : table) as Options;
    for (const key in read) {
      const value: unknown = read[key];
      if (Array.isArray(value)) read[key] = [...value] as typeof value & Options[typeof key];
    }
    check?.(label, read);
    return read;
  }

  /**
   * Takes one step.
   *
   * Without `grads` it uses each parameter's `grad`. Parameters with `requiresGrad = false` are left as they are, with their state.
   *
   * @param options - gradients for the user's own arrays: one for each, in the order they were given; `null` leaves that one out of this
   *   step. Arrays are copied into Wasm memory and back. For a `Parameter` a gradient replaces `grad` first. Or an object of options, with
   *   these gradients as `grads`: see {@link StepOptions}
   * @returns whether the step was skipped, and the norm of the gradients
   * @throws TypeError or RangeError when gradients are missing or do not fit; UseAfterDisposeError; BusyError; OutOfMemoryError. Nothing is
   *   changed then.
   * @example
   * ```ts
   * import { SGD } from 'adamas';
   * const w = new Float32Array([1, 2]);
   * const optimizer = new SGD([w], { lr: 0.5 });
   * optimizer.step([new Float32Array([2, 0])]);
   * const { gradNorm } = optimizer.step({ grads: [new Float32Array([3, 4])], clipGradNorm: 1 });
   * console.log(w[0]!.toFixed(1), gradNorm); // -0.3 5
   * ```
   */
  step(options?: Gradients | StepOptions): StepReport {
    this.assertIdle('step');
    const { name } = this.#descriptor;
    // biome-ignore lint/complexity/noArguments: a second argument would be ignored silently
    if (arguments.length > 1) {
      throw new TypeError(
        `${name}: step takes gradients or options, got both: write step({ grads, clipGradNorm, ... })`,
      );
    }
    const { grads, gradScale, clipGradNorm: maxNorm, normType, skipNonFinite } = readStepOptions(name, options);
    if (grads !== undefined) checkGrads(name, grads, this.#paramStates);
    this.#activate(grads);
    // Making a plan may grow the memory, which empties the views that were given.
    const given = this.#plan === undefined ? grads?.map((grad) => grad && outlasting(grad)) : grads;
    const plan = this.#ready();
    if (given !== undefined) this.#eachActive((paramState, i) => paramState.copyIn(given[i]!));
    plan.fill(0, 1);
    const list = this.#list!;
    const checks = maxNorm !== undefined || skipNonFinite;
    if (checks) setCheck(list, maxNorm, normType, skipNonFinite);
    const context = this.#context!.ptr;
    const applied = kernels().step(context, checks ? list.ptr : afterCheck(list), endOf(list), gradScale);
    if (applied) {
      plan.advance(1);
      if (given !== undefined) this.#eachActive((paramState) => paramState.copyOut());
    }
    return { skipped: !applied, gradNorm: maxNorm === undefined ? undefined : kernels().lastGradNorm(context) };
  }

  /** Writes zeros to every gradient. */
  zeroGrad(): void {
    this.assertUsable();
    for (const paramState of this.#paramStates) paramState.grad.fill(0);
  }

  /**
   * State and options, in the shape and by the keys of torch.optim's `state_dict()`: plain data that shares nothing with the optimizer.
   *
   * @throws UseAfterDisposeError
   */
  stateDict(): OptimizerStateDict {
    this.assertUsable();
    return writeStateDict(this.#descriptor, this.paramGroups, this.#paramStates);
  }

  /**
   * Loads a state dict of the same optimizer class over parameters of the same sizes. Later steps are bit for bit those of the saved optimizer.
   *
   * @param dict - from `stateDict()`, or from a torch optimizer
   * @param options - `strict: false` leaves out what is missing or does not fit
   * @returns one line for each part left out; empty when `strict`
   * @throws TypeError or RangeError when it does not fit; BusyError; OutOfMemoryError. Nothing is changed then.
   */
  loadStateDict(dict: OptimizerStateDict, options: LoadOptions = {}): string[] {
    this.assertIdle('loadStateDict');
    const leftOut = readStateDict(this.#descriptor, this.paramGroups, this.#paramStates, dict, options);
    this.#dropPlan();
    return leftOut;
  }

  /** @internal A plan for `capacity` steps of the parameters that require gradients now, for the fused loop, which disposes it. */
  planSteps(capacity: number): StepPlan<Options> {
    this.#activate(undefined);
    this.#dropPlan();
    return this.#planActive(capacity);
  }

  /**
   * @internal True while a plan of `planSteps` still holds: it does not once `requiresGrad` has changed, or an option on which the state
   * depends, such as momentum from 0.
   */
  holds(plan: StepPlan<Options>): boolean {
    return plan.holds() && this.#paramStates.every(({ active, parameter }) => active === parameter?.requiresGrad);
  }

  /** A plan for the parameters that are active now. */
  #planActive(capacity: number): StepPlan<Options> {
    for (const paramState of this.#paramStates) {
      paramState.ensureState(this.#descriptor, this.paramGroups[paramState.group]!);
    }
    return new StepPlan(this.#descriptor, this.paramGroups, this.#paramStates, capacity);
  }

  #eachActive(visit: (paramState: ParamState, index: number) => void): void {
    this.#paramStates.forEach((paramState, i) => {
      if (paramState.active) visit(paramState, i);
    });
  }

  /** Decides which parameters the next step includes, and drops a plan that was made for others. */
  #activate(grads: Gradients | undefined): void {
    for (let i = 0; i < this.#paramStates.length; i++) {
      const paramState = this.#paramStates[i]!;
      const { parameter } = paramState;
      let active = grads === undefined || grads[i] !== null;
      if (parameter) {
        if (parameter.disposed) throw new UseAfterDisposeError(`${this.#descriptor.name}: parameter ${i}`);
        active &&= parameter.requiresGrad;
      } else if (grads === undefined) {
        throw new TypeError(
          `${this.#descriptor.name}: step() needs grads, because parameter ${i} is a Float32Array, got none`,
        );
      }
      if (active !== paramState.active) {
        paramState.active = active;
        this.#dropPlan();
      }
    }
    if (this.#plan?.holds() === false) this.#dropPlan();
  }

  /** The plan of one step, made if there is none. */
  #ready(): StepPlan<Options> {
    if (this.#plan === undefined) {
      const plan = this.#planActive(1);
      disposeWith(plan, plan.resources);
      this.#list = plan.resources.disposeOnError(() => {
        const ops = new OpList();
        plan.pushCheck(ops);
        ops.append(plan.ops);
        return plan.resources.use(ops.write());
      });
      this.#plan = plan;
    }
    return this.#plan;
  }

  #dropPlan(): void {
    this.#plan?.dispose();
    this.#plan = undefined;
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

  /** @internal */
  protected override get busyName(): string {
    return this.#descriptor.name;
  }
}
