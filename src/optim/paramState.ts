import { disposeOnError } from '../resources.js';
import type { Parameter, Shape } from '../tensor.js';
import { type Floats, floats } from '../wasm/memory.js';
import type { CommonOptions, OptimizerDescriptor, StateNumbers } from './descriptor.js';

/** One parameter as an optimizer sees it: where it is, its state, and how many steps it has taken. */
export class ParamState {
  /** The parameter, or else the user's own array. */
  readonly parameter: Parameter | undefined;
  readonly array: Float32Array | undefined;
  declare readonly shape: Shape;
  /** Index of its group. */
  declare readonly group: number;
  /** State arrays by torch's names. */
  readonly state = new Map<string, Floats>();
  /** The numbers of the state. */
  numbers: StateNumbers = {};
  /** Steps taken. */
  step = 0;
  /** Whether the next step includes it. */
  active = true;
  /** How many numbers it holds. */
  declare readonly size: number;
  /** It and its gradient in Wasm memory: the parameter's own, or copies of the user's arrays. */
  readonly #p: Floats;
  readonly #g: Floats;

  constructor(target: Parameter | Float32Array, group: number) {
    this.group = group;
    if (target instanceof Float32Array) {
      this.array = target;
      this.shape = [target.length];
      [this.#p, this.#g] = disposeOnError((use) => [use(floats(target.length)), floats(target.length)]);
    } else {
      this.parameter = target;
      ({ shape: this.shape, block: this.#p, gradBlock: this.#g } = target);
    }
    this.size = this.#p.length;
  }

  /** Its row in a table: p, g, n, s0 to s2, and the sizes of its last two axes, left out for a vector (assembly/optim/row.ts). */
  row<Options extends CommonOptions>({ state }: OptimizerDescriptor<Options>, options: Options): number[] {
    const { shape } = this;
    const states = [0, 1, 2].map((i) => this.state.get(state(options, shape)[i] as string)?.ptr ?? 0);
    return [this.#p.ptr, this.#g.ptr, this.size, ...states, ...(shape.length < 2 ? [] : shape.slice(-2))];
  }

  /** The gradient in Wasm memory. */
  get grad(): Float32Array {
    return this.parameter?.grad ?? this.#g.view;
  }

  /** Makes a state array, whose content is unspecified. */
  addState(name: string, length: number): Float32Array {
    const block = floats(length);
    this.state.set(name, block);
    return block.view;
  }

  clearState(): void {
    for (const block of this.state.values()) block.dispose();
    this.state.clear();
  }

  /** Makes what is missing of the state that these options need, with its initial values. */
  ensureState<Options extends CommonOptions>(descriptor: OptimizerDescriptor<Options>, options: Options): void {
    for (const name of descriptor.state(options, this.shape)) {
      if (name === null || this.state.has(name)) continue;
      const length = descriptor.length?.(name, this.shape) ?? this.size;
      this.addState(name, length).fill(descriptor.initial?.(name, options) ?? 0);
      if (descriptor.uncounted) this.step = 0;
    }
    if (this.step === 0) this.numbers = descriptor.numbers?.(options) ?? {};
  }

  /** Brings the user's array and its gradient into Wasm memory. */
  copyIn(grad: Float32Array): void {
    if (this.array) this.#p.view.set(this.array);
    this.grad.set(grad);
  }

  /** Brings the user's array back. */
  copyOut(): void {
    this.array?.set(this.#p.view);
  }

  dispose(): void {
    this.clearState();
    if (this.array) {
      this.#g.dispose();
      this.#p.dispose();
    }
  }
}
