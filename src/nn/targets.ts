import { type Rows, readRows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { checkNumber, fail, isNumberArray, refuse } from '../validate.js';
import { outlasting } from '../wasm/memory.js';
import { type Loss, targetWidth } from './loss.js';

/**
 * Targets of B rows: numbers [B] or [B, K]. For the cross-entropies booleans too; for `crossEntropy` class indices [B] from 0, one-hot rows
 * [B, K] of 0 and 1, or the names of the model's `classes`.
 */
export type Targets = Rows | readonly boolean[] | readonly (readonly boolean[])[] | readonly string[];

/** Parts of a model that targets depend on. */
interface Labelled {
  readonly outputs: number;
  readonly classes: readonly string[] | undefined;
}

/**
 * Targets as numbers that stay valid when memory grows: a tensor, or an array outside Wasm memory. Class targets come as indices.
 *
 * @param name - the argument in errors
 * @throws TypeError or RangeError for targets for which this loss is not defined
 */
export function readTargets(
  name: string,
  targets: Targets,
  loss: Loss,
  rows: number,
  { outputs, classes }: Labelled,
): Tensor | ArrayLike<number> {
  const numbers = targets instanceof Tensor ? targets : numbersOf(name, targets, classes);
  const isTensor = numbers instanceof Tensor;
  const values: ArrayLike<number> = isTensor ? numbers.data : numbers;
  const size = rows * targetWidth(loss, outputs);
  const given = isTensor ? numbers.size : Object(numbers).length;
  if (given !== size) {
    if (loss.takesClasses && given === rows * outputs) return oneHotClasses(name, values, outputs);
    const expected = loss.takesClasses ? `${size} class indices, or one-hot rows of ${outputs},` : `${size} numbers`;
    refuse(RangeError, name, `hold ${expected} for ${rows} rows`, given);
  }
  checkTargets(name, loss, values, outputs);
  return numbers;
}

/** Numbers of an array, with booleans as 0 and 1, and names as indices. */
function numbersOf(
  name: string,
  targets: Exclude<Targets, Tensor>,
  classes: readonly string[] | undefined,
): ArrayLike<number> {
  if (ArrayBuffer.isView(targets)) {
    if (!isNumberArray(targets)) refuse(TypeError, name, 'be numbers', targets);
    return outlasting(targets);
  }
  const first: unknown = Object(targets)[0];
  if (typeof first === 'boolean') return Float32Array.from(targets as readonly boolean[], flag(name));
  if (typeof first === 'string') return indicesOf(name, targets as readonly string[], classes);
  if (typeof first !== 'object' || first === null) return targets as ArrayLike<number>;
  if (typeof (first as readonly unknown[])[0] !== 'boolean') {
    const { size, copyTo } = readRows(name, targets as Rows);
    const values = new Float32Array(size);
    copyTo(values);
    return values;
  }
  const rows = targets as readonly (readonly boolean[])[];
  return Float32Array.from(rows.flatMap((row, r) => Array.from(row, flag(`${name}[${r}]`))));
}

/** A check that turns booleans into 0 and 1. */
function flag(name: string): (value: boolean, i: number) => number {
  return (value, i) => {
    if (typeof value !== 'boolean') refuse(TypeError, `${name}[${i}]`, 'be true or false, as those before it', value);
    return Number(value);
  };
}

function indicesOf(name: string, names: readonly string[], classes: readonly string[] | undefined): Float32Array {
  if (classes === undefined) {
    const way = 'unless the model has names of classes: fit it on a dataset with names, or set model.classes';
    refuse(TypeError, `${name}[0]`, `be a number ${way}`, names[0]);
  }
  const indices = new Map(classes.map((one, index) => [one, index]));
  return Float32Array.from(names, (one, i) => {
    const index = indices.get(one);
    if (index === undefined) {
      refuse(RangeError, `${name}[${i}]`, `be one of the model's classes, ${classes.join(', ')}`, one);
    }
    return index;
  });
}

/** Throws for targets for which this loss is not defined. */
export function checkTargets(name: string, loss: Loss, targets: ArrayLike<number>, outputs: number): void {
  if (loss.takesClasses) checkClasses(name, targets, outputs);
  else if (loss.takesProbabilities) {
    const ok = (t: unknown) => typeof t === 'number' && t >= 0 && t <= 1;
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i]!;
      if (!ok(target)) checkNumber(`${name}[${i}]`, target, 'in [0, 1] for binaryCrossEntropy', ok);
    }
  } else if (!ArrayBuffer.isView(targets)) {
    for (let i = 0; i < targets.length; i++) {
      if (typeof targets[i] !== 'number') refuse(TypeError, `${name}[${i}]`, 'be a number', targets[i]);
    }
  }
}

/** Throws unless every one of these targets is a whole number from 0 to classes - 1. */
export function checkClasses(name: string, targets: ArrayLike<number>, classes: number): void {
  const ok = (x: number) => Number.isInteger(x) && x >= 0 && x < classes;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (!ok(target)) checkNumber(`${name}[${i}]`, target, `a class index, a whole number from 0 to ${classes - 1}`, ok);
  }
}

/** Classes of one-hot rows: the place of the 1 among zeros. */
export function oneHotClasses(name: string, values: ArrayLike<number>, classes: number): Float32Array {
  const indices = new Float32Array(values.length / classes);
  for (let r = 0; r < indices.length; r++) {
    let index = -1;
    for (let k = 0; k < classes; k++) {
      const value = values[r * classes + k];
      if (value === 0) continue;
      if (value !== 1 || index >= 0) index = classes;
      else index = k;
    }
    if (index < 0 || index === classes) {
      const row = Array.from({ length: classes }, (_, k) => values[r * classes + k]);
      fail(
        RangeError,
        name,
        'be class indices, or one-hot rows with a single 1 among zeros',
        `[${row.join(', ')}] in row ${r}`,
      );
    }
    indices[r] = index;
  }
  return indices;
}

/** Class indices of a tensor of targets [N], or of one-hot rows [N, K], which were checked. */
export function classIndices({ shape, size, data }: Tensor): Float32Array {
  const width = size / shape[0]!;
  return width === 1 ? data : oneHotClasses('targets', data, width);
}
