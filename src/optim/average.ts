import { UseAfterDisposeError } from '../errors.js';
import { Disposable, disposeOnError, disposeWith, ResourceStack } from '../resources.js';
import type { Parameter, Tensor } from '../tensor.js';
import { fail, isFloat32Array, nonNegativeInt, refuse, wayFromText } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { type Floats, floats, type Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { type OpList, wordOf } from '../wasm/opList.js';
import { checkParams } from './checkParams.js';
import { writeTable } from './rowTable.js';

/** State of an average: plain data. */
export interface AverageStateDict {
  /** Number of values averaged, by torch's name. */
  n_averaged: number;
  /** The average of each parameter. */
  averages: Float32Array[];
  /** The buffers that go with the averages, such as batchNorm's statistics; missing where the average knows no model that has any. */
  buffers?: Float32Array[];
}

/** A model as an average sees it. */
export interface AveragedModel {
  /** Its parameters. */
  parameters(): Parameter[];
  /** @internal */
  readonly layers: readonly { readonly buffers?: Readonly<Record<string, Tensor>> }[];
}

/** A parameter with its average. */
interface Averaged {
  readonly target: Parameter | Float32Array;
  /** The parameter in Wasm memory: itself, or a copy of the user's array. */
  readonly block: Floats;
  readonly average: Floats;
}

/** A buffer of the model, and the one that goes with the averages. */
interface OwnBuffer {
  readonly target: Tensor;
  readonly own: Floats;
}

/**
 * Base class of {@link ExponentialMovingAverage} and {@link StochasticWeightAverage}: an average of every parameter, and the parameters
 * exchanged with it and back. Disposed while they are exchanged, it leaves the averages in the parameters.
 *
 * As torch's AveragedModel it owns the buffers of the model that it is made of, or that a fit trains with it: the statistics of batchNorm
 * are exchanged together with the weights. {@link updateBatchNorm} recomputes them for the averages.
 */
export abstract class WeightAverage extends Disposable {
  readonly #resources = new ResourceStack();
  readonly #label: string;
  readonly #averaged: readonly Averaged[];
  readonly #table: Words;
  #buffers: readonly OwnBuffer[] = [];
  #model: AveragedModel | undefined;
  /** Buffers of a state dict that was loaded before the model was known. */
  #loadedBuffers: readonly Float32Array[] | undefined;
  #count = 0;
  #swapped = false;

  /** @internal */
  protected constructor(label: string, source: readonly (Parameter | Float32Array)[] | AveragedModel) {
    super();
    this.#label = label;
    const isModel = typeof Object(source).parameters === 'function';
    const params = isModel ? (source as AveragedModel).parameters() : source;
    if (!Array.isArray(params)) refuse(TypeError, `${label}: params`, 'be an array', params);
    checkParams(label, params);
    disposeWith(this, this.#resources);
    const { use } = this.#resources;
    [this.#averaged, this.#table] = this.#resources.disposeOnError(() => {
      const averaged = (params as readonly (Parameter | Float32Array)[]).map((target) => {
        const block = isFloat32Array(target) ? use(floats(target.length)) : target.block;
        return { target, block, average: use(floats(block.length)) };
      });
      const rows = averaged.map(({ block, average }) => ({ p: block.ptr, n: block.length, s0: average.ptr }));
      return [averaged, use(writeTable(rows))];
    });
    this.#copyIn();
    for (const { block, average } of this.#averaged) average.view.set(block.view);
    if (isModel) this.#resources.disposeOnError(() => this.track(source as AveragedModel));
  }

  /** @internal Owns the buffers of a model from now on, with their present values. Does nothing for the model it knows. */
  track(model: AveragedModel): void {
    this.assertUsable();
    if (model === this.#model) return;
    if (this.#model !== undefined) {
      fail(RangeError, `${this.#label}: the average`, 'be used with the model that it knows', 'another model');
    }
    const targets = model.layers.flatMap(({ buffers }) => Object.values(buffers ?? {}));
    const own = disposeOnError((use) => targets.map(({ block }) => use(floats(block.length))));
    const loaded = this.#loadedBuffers;
    this.#buffers = targets.map((target, i) => ({ target, own: this.#resources.use(own[i]!) }));
    for (const [i, { target, own }] of this.#buffers.entries()) {
      const saved = loaded?.length === targets.length && loaded[i]!.length === own.length ? loaded[i] : undefined;
      own.view.set(saved ?? target.data);
    }
    this.#loadedBuffers = undefined;
    this.#model = model;
  }

  /** @internal The model whose buffers it owns. */
  get model(): AveragedModel | undefined {
    return this.#model;
  }

  /** Number of values averaged. */
  get count(): number {
    return this.#count;
  }

  /** True while the parameters hold the averages. */
  get swapped(): boolean {
    return this.#swapped;
  }

  /**
   * Updates the averages with the parameters; the first update copies them. The model's buffers are copied.
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
    this.advance(1);
  }

  /** Exchanges the parameters with the averages, and the model's buffers with its own, in place. A second call restores everything, bit for bit. */
  swap(): void {
    this.assertUsable();
    this.#copyIn();
    for (const { target, own } of this.#buffers) {
      const before = own.view.slice();
      own.view.set(target.data);
      target.data.set(before);
    }
    kernels().swap_f32(this.#table.ptr, this.#averaged.length);
    this.#swapped = !this.#swapped;
    for (const { target, block } of this.#averaged) if (isFloat32Array(target)) target.set(block.view);
  }

  /**
   * Puts the averages into the parameters, and the averages' buffers into the model, and keeps what was there.
   *
   * @throws Error when they are there already; UseAfterDisposeError
   */
  swapIn(): void {
    this.#assertSwapped(false, 'swapIn');
    this.swap();
  }

  /**
   * Restores parameters and buffers.
   *
   * @throws Error when they have not been exchanged; UseAfterDisposeError
   */
  swapOut(): void {
    this.#assertSwapped(true, 'swapOut');
    this.swap();
  }

  /**
   * The averages, their buffers and their count: plain data that shares nothing with this.
   *
   * @throws UseAfterDisposeError
   */
  stateDict(): AverageStateDict {
    this.assertUsable();
    if (this.#swapped) this.#assertParts();
    const averages = this.#averaged.map(({ block, average }) => (this.#swapped ? block : average).view.slice());
    if (this.#buffers.length === 0) return { n_averaged: this.#count, averages };
    const buffers = this.#buffers.map(({ target, own }) => (this.#swapped ? target.data : own.view).slice());
    return { n_averaged: this.#count, averages, buffers };
  }

  /**
   * Loads averages of parameters of the same sizes. Later updates continue from them.
   *
   * @param dict - from `stateDict()`
   * @throws TypeError or RangeError when it does not fit; Error while the parameters hold the averages. Nothing is changed then.
   */
  loadStateDict(dict: AverageStateDict): void {
    this.#assertSwapped(false, 'loadStateDict');
    const label = `${this.#label}: loadStateDict`;
    if (typeof dict !== 'object') refuse(TypeError, `${label}: dict`, `be a state${wayFromText(dict)}`, dict);
    const { n_averaged: count, averages, buffers } = Object(dict) as AverageStateDict;
    nonNegativeInt(`${label}: n_averaged`, count);
    const own = this.#averaged.map(({ average }) => average);
    checkArrays(`${label}: averages`, averages, own);
    if (buffers !== undefined && this.#model === undefined) checkArrays(`${label}: buffers`, buffers);
    else if (buffers !== undefined)
      checkArrays(
        `${label}: buffers`,
        buffers,
        this.#buffers.map(({ own }) => own),
      );
    if (buffers === undefined) this.#assertParts();
    own.forEach((average, i) => {
      average.view.set(averages[i]!);
    });
    if (this.#model === undefined) this.#loadedBuffers = buffers?.map((values) => values.slice());
    this.#buffers.forEach(({ target, own }, i) => {
      own.view.set(buffers?.[i] ?? target.data);
    });
    this.#count = count;
  }

  /** @internal The parameters that are averaged. */
  get params(): readonly (Parameter | Float32Array)[] {
    return this.#averaged.map(({ target }) => target);
  }

  /** @internal Throws unless it can be updated. The error begins with `call`. */
  assertAverages(call: string): this {
    this.#assertSwapped(false, call);
    this.#copyIn();
    return this;
  }

  /** @internal Appends the op that updates it; its last words, the high and the low half of its count, are filled in before it runs. */
  push(ops: OpList): void {
    const [fromParameter, factor, equal] = this.factors;
    ops.push(Op.average, this.#table.ptr, this.#averaged.length, fromParameter, wordOf(factor), equal, 0, 0);
  }

  /** @internal Records this number of updates of the averages. */
  advance(updates: number): void {
    this.#count += updates;
    for (const { target, own } of this.#buffers) own.view.set(target.data);
  }

  /** @internal From the parameter or from the average, the factor, and 1 for equal weights of all values (assembly/optim/average.ts). */
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

  /** Throws if a parameter or buffer was disposed. */
  #assertParts(): void {
    for (const { target } of this.#buffers) {
      if (target.disposed) throw new UseAfterDisposeError(`${this.#label}: a buffer of the model`);
    }
    for (const [i, { target }] of this.#averaged.entries()) {
      const isDisposed = !isFloat32Array(target) && target.disposed;
      if (isDisposed) throw new UseAfterDisposeError(`${this.#label}: params[${i}]`);
    }
  }

  /** Copies the user's arrays into Wasm memory. Throws if a parameter or buffer was disposed. */
  #copyIn(): void {
    this.#assertParts();
    this.#averaged.forEach(({ target, block }, i) => {
      if (!isFloat32Array(target)) return;
      if (target.length === block.length) block.view.set(target);
      else refuse(RangeError, `${this.#label}: params[${i}]`, `still hold ${block.length} numbers`, target.length);
    });
  }
}

/** Throws unless `saved` holds Float32Arrays, as many and as long as these blocks if they are given. */
function checkArrays(label: string, saved: unknown, blocks?: readonly Floats[]): void {
  if (!Array.isArray(saved) || (blocks !== undefined && saved.length !== blocks.length)) {
    refuse(TypeError, label, blocks ? `be an array of ${blocks.length}` : 'be an array of Float32Arrays', saved);
  }
  for (const [i, values] of saved.entries()) {
    const length = blocks?.[i]?.length;
    if (isFloat32Array(values) && (length === undefined || values.length === length)) continue;
    refuse(
      TypeError,
      `${label}[${i}]`,
      `be a Float32Array${length === undefined ? '' : ` of ${length} numbers`}`,
      values,
    );
  }
}
