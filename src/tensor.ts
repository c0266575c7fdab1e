import { Disposable, disposeOnError, disposeWith } from './resources.js';
import { isArrayLike, nonNegativeInt, refuse, show } from './validate.js';
import { copyOf, type Floats, floats, outlasting } from './wasm/memory.js';

/** The length of each axis, outermost first. */
export type Shape = readonly number[];

/**
 * A dense row-major float32 array in Wasm memory. Made by {@link tensor} or {@link zeros}.
 */
export class Tensor extends Disposable {
  /** The length of each axis, outermost first. */
  declare readonly shape: Shape;
  /** Number of elements: the product of the shape. */
  declare readonly size: number;
  /** @internal */
  declare readonly block: Floats;

  /** @internal */
  constructor(shape: Shape, block: Floats) {
    super();
    this.shape = Object.freeze([...shape]);
    this.size = block.length;
    this.block = block;
    disposeWith(this, block);
  }

  /**
   * The numbers themselves, without a copy. Get the view again for every use and never keep it. Once Wasm memory grows, a kept view is empty,
   * and what is written to it vanishes. After `dispose()` a kept view may still see memory, which belongs to others by then or to the
   * allocator: a write through it changes other tensors or breaks the heap.
   *
   * Good: `t.data[0] = 1; model.predict(x); t.data[0] = 2;`
   * Bad: `const d = t.data; model.predict(x); d[0] = 2;`
   *
   * @throws UseAfterDisposeError
   */
  get data(): Float32Array {
    this.assertUsable();
    return this.block.view;
  }

  /**
   * Replaces all numbers.
   *
   * @param values - as many numbers as the tensor holds
   * @throws RangeError when their number differs; UseAfterDisposeError
   */
  set(values: ArrayLike<number>): void {
    checkValues('set', values);
    const { data } = this;
    if (values.length !== data.length) {
      refuse(RangeError, 'set: values', `hold ${data.length} numbers for shape ${show(this.shape)}`, values.length);
    }
    data.set(values);
  }

  /** @internal */
  protected override release(): void {
    this.block.dispose();
  }

  /** @internal */
  protected override describe(): string {
    return `A ${this.className} of shape [${this.shape.join(', ')}]`;
  }

  /** @internal Written out, as a bundler may rename the class. */
  protected get className(): string {
    return 'Tensor';
  }

  /** @internal */
  protected override inspect(): string {
    const title = `${this.className} [${this.shape.join(', ')}]`;
    if (this.disposed) return title;
    const { data } = this;
    return `${title}: ${data.subarray(0, 8).join(', ')}${data.length > 8 ? ', ...' : ''}`;
  }

  /** @internal */
  protected override wayToSave(): string {
    return 'take Array.from(tensor.data) and tensor.shape';
  }
}

/**
 * A tensor that an optimizer changes, with its gradient. Made by {@link parameter}; layers make their own.
 */
export class Parameter extends Tensor {
  /** `false` freezes it: optimizers leave it and its state untouched. */
  requiresGrad = true;
  /** @internal */
  declare readonly gradBlock: Floats;

  /** @internal */
  constructor(shape: Shape, block: Floats, grad: Floats) {
    super(shape, block);
    this.gradBlock = grad;
    disposeWith(this, grad);
  }

  /** The gradient, of the same shape: zeros at first. Like {@link Tensor.data}, never to be kept. */
  get grad(): Float32Array {
    this.assertUsable();
    return this.gradBlock.view;
  }

  /** @internal */
  protected override release(): void {
    this.gradBlock.dispose();
    super.release();
  }

  /** @internal */
  protected override get className(): string {
    return 'Parameter';
  }
}

/**
 * A tensor with these values.
 *
 * @param values - the numbers in row-major order; each is rounded to float32
 * @param shape - `[values.length]` when left out
 * @throws TypeError or RangeError when values and shape do not fit; OutOfMemoryError
 * @example
 * ```ts
 * import { tensor } from 'adamas';
 * const t = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
 * console.log(t.shape, t.data[5]); // [ 2, 3 ] 6
 * t.dispose();
 * ```
 */
export function tensor(values: ArrayLike<number>, shape?: Shape): Tensor {
  checkValues('tensor', values);
  const axes = fitShape('tensor', values.length, shape);
  return new Tensor(axes, copyOf(values));
}

/**
 * A tensor of zeros.
 *
 * @param shape - the length of each axis
 * @throws TypeError or RangeError for a shape that is not made of whole numbers; OutOfMemoryError
 * @example
 * ```ts
 * import { zeros } from 'adamas';
 * console.log(zeros([2, 2]).data); // Float32Array(4) [ 0, 0, 0, 0 ]
 * ```
 */
export function zeros(shape: Shape): Tensor {
  const size = sizeOf('zeros', shape);
  const block = floats(size);
  block.view.fill(0);
  return new Tensor(shape, block);
}

/**
 * A tensor for an optimizer to change, with a gradient of zeros.
 *
 * @param values - the numbers in row-major order; each is rounded to float32
 * @param shape - `[values.length]` when left out
 * @throws TypeError or RangeError when values and shape do not fit; OutOfMemoryError
 * @example
 * ```ts
 * import { Adam, parameter } from 'adamas';
 * const w = parameter([1, -1]);
 * const optimizer = new Adam([w], { lr: 0.1 });
 * w.grad.set([2, -3]);
 * optimizer.step();
 * console.log(w.data); // Float32Array(2) [ 0.9000000357627869, -0.8999999761581421 ]
 * ```
 */
export function parameter(values: ArrayLike<number>, shape?: Shape): Parameter {
  checkValues('parameter', values);
  const axes = fitShape('parameter', values.length, shape);
  const kept = outlasting(values);
  const result = emptyParameter(axes);
  result.data.set(kept);
  return result;
}

/** A parameter whose values are unspecified and whose gradient is zero. */
export function emptyParameter(shape: Shape): Parameter {
  const size = sizeOf('parameter', shape);
  return disposeOnError((use) => {
    const block = use(floats(size));
    const grad = floats(size);
    grad.view.fill(0);
    return new Parameter(shape, block, grad);
  });
}

function checkValues(name: string, values: unknown): void {
  if (!isArrayLike(values)) refuse(TypeError, `${name}: values`, 'be an array of numbers', values);
  if (ArrayBuffer.isView(values)) return;
  // By index, so that holes are seen.
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number') refuse(TypeError, `${name}: values[${i}]`, 'be a number', values[i]);
  }
}

function sizeOf(name: string, shape: Shape): number {
  if (!Array.isArray(shape)) refuse(TypeError, `${name}: shape`, 'be an array of whole numbers', shape);
  for (let axis = 0; axis < shape.length; axis++) nonNegativeInt(`${name}: shape[${axis}]`, shape[axis]);
  return shape.reduce((product, length) => product * length, 1);
}

function fitShape(name: string, length: number, shape: Shape | undefined): Shape {
  if (shape === undefined) return [length];
  const size = sizeOf(name, shape);
  if (size !== length) {
    throw new RangeError(`${name}: shape ${show(shape)} holds ${size} numbers, but values holds ${length}`);
  }
  return shape;
}
