import { UseAfterDisposeError } from '../errors.js';
import { Disposable, ResourceStack } from '../resources.js';
import type { Parameter } from '../tensor.js';
import { nonNegativeInt, refuse } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { Average } from '../wasm/layouts.generated.js';
import { disposeWith, type Floats, floats, type Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { type OpList, wordOf } from '../wasm/opList.js';
import { checkParams } from './checkParams.js';
import { writeTable } from './rowTable.js';

/** Averages, and of how many values: plain data. */
export interface AverageStateDict {
  /** Number of values averaged so far, by torch's name. */
  n_averaged: number;
  /** The average of each parameter. */
  averages: Float32Array[];
}

/** A parameter with its average. */
interface Averaged {
  readonly target: Parameter | Float32Array;
  /** The parameter in Wasm memory: itself, or a copy of the user's array. */
  readonly block: Floats;
  readonly average: Floats;
}

/**
 * Base of {@link ExponentialMovingAverage} and {@link StochasticWeightAverage}: an average of every parameter, and the parameters
 * exchanged with it and back. Disposed while they are exchanged, it leaves the averages in the parameters.
 */
export abstract class WeightAverage extends Disposable {
  readonly #resources = new ResourceStack();
  readonly #label: string;
  readonly #averaged: readonly Averaged[];
  readonly #table: Words;
  #count = 0;
  #swapped = false;

  /** @internal */
  protected constructor(label: string, params: readonly (Parameter | Float32Array)[]) {
    super();
    this.#label = label;
    if (!Array.isArray(params)) refuse(TypeError, `${label}: params`, 'be an array', params);
    checkParams(label, params);
    disposeWith(this, this.#resources);
    const { use } = this.#resources;
    [this.#averaged, this.#table] = this.#resources.disposeOnError(() => {
      const averaged = (params as readonly (Parameter | Float32Array)[]).map((target) => {
        const block = target instanceof Float32Array ? use(floats(target.length)) : target.block;
        return { target, block, average: use(floats(block.length)) };
      });
      const rows = averaged.map(({ block, average }) => ({ p: block.ptr, n: block.length, s0: average.ptr }));
      return [averaged, use(writeTable(rows))];
    });
    this.#copyIn();
    for (const { block, average } of this.#averaged) average.view.set(block.view);
  }

  /** Number of values averaged so far. */
  get count(): number {
    return this.#count;
  }

  /** True while the parameters hold the averages. */
  get swapped(): boolean {
    return this.#swapped;
  }

  /**
   * Takes the parameters into the averages; the first time these become equal to them.
   *
   * @throws Error while the parameters hold the averages; UseAfterDisposeError
   */
  update(): void {
    this.#assertSwapped(false, 'update');
    this.#copyIn();
    const [fromParameter, factor, equal] = this.factors;
    const divisor = equal ? this.#count + 1 : 1;
    if (this.#count > 0) kernels().average_f32(this.#table.ptr, this.#averaged.length, fromParameter, factor, divisor);
    else for (const { block, average } of this.#averaged) average.view.set(block.view);
    this.#count++;
  }

  /** Exchanges the parameters with the averages, in place. A second call brings everything back, to the bit. */
  swap(): void {
    this.assertUsable();
    this.#copyIn();
    kernels().swap_f32(this.#table.ptr, this.#averaged.length);
    this.#swapped = !this.#swapped;
    for (const { target, block } of this.#averaged) if (target instanceof Float32Array) target.set(block.view);
  }

  /**
   * Puts the averages into the parameters, and keeps these.
   *
   * @throws Error when they are there already; UseAfterDisposeError
   */
  swapIn(): void {
    this.#assertSwapped(false, 'swapIn');
    this.swap();
  }

  /**
   * Brings the parameters back.
   *
   * @throws Error when they have not been exchanged; UseAfterDisposeError
   */
  swapOut(): void {
    this.#assertSwapped(true, 'swapOut');
    this.swap();
  }

  /**
   * The averages and of how many values they are: plain data that shares nothing with this.
   *
   * @throws UseAfterDisposeError
   */
  stateDict(): AverageStateDict {
    this.assertUsable();
    const averages = this.#averaged.map(({ block, average }) => (this.#swapped ? block : average).view.slice());
    return { n_averaged: this.#count, averages };
  }

  /**
   * Takes over averages of parameters of the same sizes, and goes on from them.
   *
   * @param dict - what `stateDict()` gave
   * @throws TypeError or RangeError when it does not fit; Error while the parameters hold the averages. Nothing is changed then.
   */
  loadStateDict(dict: AverageStateDict): void {
    this.#assertSwapped(false, 'loadStateDict');
    const label = `${this.#label}: loadStateDict`;
    const { n_averaged: count, averages } = Object(dict) as AverageStateDict;
    nonNegativeInt(`${label}: n_averaged`, count);
    const { length } = this.#averaged;
    if (!Array.isArray(averages) || averages.length !== length) {
      refuse(TypeError, `${label}: averages`, `be an array of ${length}`, averages);
    }
    this.#averaged.forEach(({ average }, i) => {
      const saved: unknown = averages[i];
      if (saved instanceof Float32Array && saved.length === average.length) return;
      const expected = `a Float32Array of ${average.length} numbers`;
      refuse(TypeError, `${label}: averages[${i}]`, `be ${expected}`, saved);
    });
    this.#averaged.forEach(({ average }, i) => {
      average.view.set(averages[i]!);
    });
    this.#count = count;
  }

  /** @internal Those whose averages these are. */
  get params(): readonly (Parameter | Float32Array)[] {
    return this.#averaged.map(({ target }) => target);
  }

  /** @internal Throws unless it can be updated, in the name of `call`. */
  assertAverages(call: string): this {
    this.#assertSwapped(false, call);
    this.#copyIn();
    return this;
  }

  /** @internal Appends the op that updates it; the op's last word is its count. */
  push(ops: OpList): void {
    const [fromParameter, factor, equal] = this.factors;
    const table = this.#table.ptr;
    const rows = this.#averaged.length;
    ops.pushStruct(Op.average, Average, {
      table,
      rows,
      fromParameter,
      factor: wordOf(factor),
      equal,
      count: this.#count,
    });
  }

  /** @internal Notes that the op has updated it so many times. */
  advance(updates: number): void {
    this.#count += updates;
  }

  /** @internal Factors of the kernel in assembly/optim/average.ts: 1 where it moves from the parameter, the rate, 1 where all values weigh the same. */
  protected abstract readonly factors: readonly [fromParameter: number, factor: number, equal: number];

  /** @internal */
  protected override release(): void {
    this.#resources.dispose();
  }

  /** @internal */
  protected override describe(): string {
    return this.#label;
  }

  #assertSwapped(swapped: boolean, call: string): void {
    this.assertUsable();
    if (this.#swapped === swapped) return;
    const needed = swapped
      ? 'swapIn() first: the parameters are not exchanged'
      : 'swapOut() first: the parameters hold the averages';
    throw new Error(`${this.#label}: ${call}() needs ${needed}`);
  }

  /** Brings the user's arrays into Wasm memory. */
  #copyIn(): void {
    this.#averaged.forEach(({ target, block }, i) => {
      const name = `${this.#label}: params[${i}]`;
      if (!(target instanceof Float32Array)) {
        if (target.disposed) throw new UseAfterDisposeError(name);
      } else if (target.length === block.length) block.view.set(target);
      else refuse(RangeError, name, `still hold ${block.length} numbers`, target.length);
    });
  }
}
