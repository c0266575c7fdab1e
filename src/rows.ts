// Reader of rows of numbers as users give them, which datasets, predictions and losses share.
import { type Shape, Tensor } from './tensor.js';
import { fail, isArrayLike, refuse } from './validate.js';
import { outlasting } from './wasm/memory.js';

/** Rows of numbers: a tensor, numbers one after another (in an array or a typed array of any kind), or an array of rows. */
export type Rows = Tensor | ArrayLike<number> | readonly ArrayLike<number>[];

/** Rows that were looked at: their shape, and their numbers, which are checked as they are copied. */
export interface RowReader {
  /** A tensor's own shape; `[n]` for n numbers, `[n, width]` for n rows. */
  readonly shape: Shape;
  /** Product of the shape. */
  readonly size: number;
  /**
   * Copies as many numbers as `to` holds, also where memory has grown since: all of them, or those from `at` on, which is the start of a row.
   * Throws TypeError for what is no number, or for an array that has lost its numbers.
   */
  copyTo(to: Float32Array, at?: number): void;
}

/**
 * Looks at rows without reading their numbers.
 *
 * @param name - the argument in errors
 * @throws TypeError for the wrong kind; RangeError for rows of unequal lengths; UseAfterDisposeError
 */
export function readRows(name: string, rows: Rows): RowReader {
  if (rows instanceof Tensor) return readTyped(name, rows.shape, () => rows.data);
  if (!isArrayLike(rows)) refuse(TypeError, name, 'be a Tensor, an array of numbers or an array of rows', rows);
  if (ArrayBuffer.isView(rows)) {
    const values = outlasting(rows as ArrayLike<number>);
    return readTyped(name, [values.length], () => outlasting(values) as Float32Array);
  }
  const nested = rows.length > 0 && typeof rows[0] === 'object' && rows[0] !== null;
  return nested ? readNested(name, rows as readonly ArrayLike<number>[]) : readFlat(name, rows as ArrayLike<number>);
}

function readTyped(name: string, shape: Shape, values: () => Float32Array): RowReader {
  const size = values().length;
  return {
    shape,
    size,
    copyTo(to, at = 0) {
      const numbers = values();
      if (numbers.length !== size) fail(RangeError, name, `still hold ${size} numbers`, numbers.length);
      to.set(numbers.subarray(at, at + to.length));
    },
  };
}

function readFlat(name: string, values: ArrayLike<number>): RowReader {
  const { length } = values;
  return {
    shape: [length],
    size: length,
    copyTo(to, at = 0) {
      const end = at + to.length;
      const odd = copyNumbers(values, at, end, to, 0);
      if (odd < end) refuse(TypeError, `${name}[${odd}]`, 'be a number', values[odd]);
    },
  };
}

/** Copies elements of an array that is not typed, from `i` to before `end`. Returns the place of the first that is no number; `end` if there is none. */
function copyNumbers(from: ArrayLike<unknown>, i: number, end: number, to: Float32Array, at: number): number {
  // Four at a time, since V8 then checks the kind of the array once for all of them: half the time of a loop over each. Destructuring takes several
  // times as long.
  for (; i + 4 <= end; i += 4, at += 4) {
    const a = from[i];
    const b = from[i + 1];
    const c = from[i + 2];
    const d = from[i + 3];
    if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') break;
    to[at] = a;
    to[at + 1] = b;
    to[at + 2] = c;
    to[at + 3] = d;
  }
  for (; i < end; i++, at++) {
    const value = from[i];
    if (typeof value !== 'number') return i;
    to[at] = value;
  }
  return end;
}

function readNested(name: string, given: readonly ArrayLike<number>[]): RowReader {
  const width = given[0]!.length;
  const checkWidth = (row: ArrayLike<number>, r: number) => {
    if (row.length === width) return;
    // Throws for a row that has lost its numbers.
    outlasting(row);
    fail(RangeError, name, `have ${width} numbers in each row`, `${row.length} in row ${r}`);
  };
  const rows = Array.from(given, (row, i) => {
    if (!isArrayLike(row)) refuse(TypeError, `${name}[${i}]`, 'be a row of numbers', row);
    checkWidth(row, i);
    return outlasting(row);
  });
  return {
    shape: [rows.length, width],
    size: rows.length * width,
    copyTo(to, at = 0) {
      for (let r = at / width, filled = 0; filled < to.length; r++, filled += width) {
        const row = rows[r]!;
        checkWidth(row, r);
        if (ArrayBuffer.isView(row)) to.set(row as Float32Array, filled);
        else {
          const odd = copyNumbers(row, 0, width, to, filled);
          if (odd < width) refuse(TypeError, `${name}[${r}][${odd}]`, 'be a number', row[odd]);
        }
      }
    },
  };
}
