import { disposeOnError } from '../resources.js';
import type { Parameter, Shape } from '../tensor.js';
import { isFloat32Array } from '../validate.js';
import { type Floats, floats } from '../wasm/memory.js';
import type { CommonOptions, OptimizerDescriptor, StateNumbers } from './descriptor.js';
import type { RowFields } from './rowTable.js';

/** An optimizer's record of one parameter: its address, state and step count. */
export class ParamState {
  /** The parameter, or else the user's own array. */
  readonly target: Parameter | Float32Array;
  readonly parameter: Parameter | undefined;
  readonly array: Float32Array | undefined;
  declare readonly shape: Shape;
  /** Index of its group. */
  declare readonly group: number;
  /** State arrays by torch's names. */
  arrays: ReadonlyMap<string, Floats> = new Map();
  /** The numbers of the state. */
  numbers: StateNumbers = {};
  /** Steps taken. */
  step = 0;
  /** Set if the next step includes it. */
  active = true;
  /** Number of elements. */
  declare readonly size: number;
  /** Parameter and gradient in Wasm memory: the parameter's own, or copies of the user's arrays. */
  readonly #p: Floats;
  readonly #g: Floats;

  constructor(target: Parameter | Float32Array, group: number) {
    this.target = target;
    this.group = group;
    if (isFloat32Array(target)) {
      this.array = target;
      this.shape = [target.length];
      [this.#p, this.#g] = disposeOnError((use) => [use(floats(target.length)), floats(target.length)]);
    } else {
      this.parameter = target;
      ({ shape: this.shape, block: this.#p, gradBlock: this.#g } = target);
    }
    this.size = this.#p.length;
  }

  /** Its row in a table. */
  row<Options extends CommonOptions>({ state }: OptimizerDescriptor<Options>, options: Options): RowFields {
    const { shape } = this;
    const [s0, s1, s2] = state(options, shape).map((name) => this.arrays.get(name as string)?.ptr);
    const [R, C] = shape.length < 2 ? [] : shape.slice(-2);
    return { p: this.#p.ptr, g: this.#g.ptr, n: this.size, s0, s1, s2, R, C };
  }

  /** The gradient in Wasm memory. */
  get grad(): Float32Array {
    return this.parameter?.grad ?? this.#g.view;
  }

  /** Number of elements of a state array. */
  lengthOf<Options extends CommonOptions>({ length }: OptimizerDescriptor<Options>, name: string): number {
    return length?.(name, this.shape) ?? this.size;
  }

  /** Allocates the state arrays that these options need and that are missing, with their initial values. Out of memory, nothing is changed. */
  ensureState<Options extends CommonOptions>(descriptor: OptimizerDescriptor<Options>, options: Options): void {
    const missing = descriptor
      .state(options, this.shape)
      .filter((name): name is string => name !== null && !this.arrays.has(name));
    if (missing.length > 0) {
      const made = disposeOnError((use) =>
        missing.map((name) => [name, use(floats(this.lengthOf(descriptor, name)))] as const),
      );
      for (const [name, block] of made) block.view.fill(descriptor.initial?.(name, options) ?? 0);
      this.arrays = new Map([...this.arrays, ...made]);
      if (descriptor.uncounted) this.step = 0;
    }
    if (this.step === 0) this.numbers = descriptor.numbers?.(options) ?? {};
  }

  /** Takes over other state arrays, and frees those that are no longer used. */
  replaceArrays(arrays: ReadonlyMap<string, Floats>): void {
    const kept = new Set(arrays.values());
    for (const block of this.arrays.values()) if (!kept.has(block)) block.dispose();
    this.arrays = arrays;
  }

  /** Copies the user's array and its gradient into Wasm memory. */
  copyIn(grad: ArrayLike<number>): void {
    if (this.array) this.#p.view.set(this.array);
    this.grad.set(grad);
  }

  /** Copies the parameter back to the user's array. */
  copyOut(): void {
    this.array?.set(this.#p.view);
  }

  dispose(): void {
    this.replaceArrays(new Map());
    if (this.array) {
      this.#g.dispose();
      this.#p.dispose();
    }
  }
}
