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
  /** Copies all numbers, also where memory has grown since. Throws TypeError for what is no number. */
  copyTo(to: Float32Array): void;
}

/**
 * Looks at rows without reading their numbers.
 *
 * @param name - the argument in errors
 * @throws TypeError for the wrong kind; RangeError for rows of unequal lengths; UseAfterDisposeError
 */
export function readRows(name: string, rows: Rows): RowReader {
  if (rows instanceof Tensor) {
    void rows.data;
    return { shape: rows.shape, size: rows.size, copyTo: (to) => to.set(rows.data) };
  }
  if (!isArrayLike(rows)) refuse(TypeError, name, 'be a Tensor, an array of numbers or an array of rows', rows);
  if (ArrayBuffer.isView(rows)) {
    const values = outlasting(rows as ArrayLike<number>);
    return { shape: [values.length], size: values.length, copyTo: (to) => to.set(values) };
  }
  const nested = rows.length > 0 && typeof rows[0] === 'object' && rows[0] !== null;
  return nested ? readNested(name, rows as readonly ArrayLike<number>[]) : readFlat(name, rows as ArrayLike<number>);
}

function readFlat(name: string, values: ArrayLike<number>): RowReader {
  const { length } = values;
  return {
    shape: [length],
    size: length,
    copyTo(to) {
      const odd = copyNumbers(values, length, to, 0);
      if (odd < length) refuse(TypeError, `${name}[${odd}]`, 'be a number', values[odd]);
    },
  };
}

/** Copies an array that is not typed. Returns the place of the first element that is no number; `length` if there is none. */
function copyNumbers(from: ArrayLike<unknown>, length: number, to: Float32Array, at: number): number {
  let i = 0;
  // Four at a time, since V8 then checks the kind of the array once for all of them: half the time of a loop over each. Destructuring takes several
  // times as long.
  for (; i + 4 <= length; i += 4, at += 4) {
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
  for (; i < length; i++, at++) {
    const value = from[i];
    if (typeof value !== 'number') return i;
    to[at] = value;
  }
  return length;
}

function readNested(name: string, given: readonly ArrayLike<number>[]): RowReader {
  const width = given[0]!.length;
  const rows = Array.from(given, (row, i) => {
    if (!isArrayLike(row)) refuse(TypeError, `${name}[${i}]`, 'be a row of numbers', row);
    if (row.length !== width) fail(RangeError, name, `have ${width} numbers in each row`, `${row.length} in row ${i}`);
    return outlasting(row);
  });
  return {
    shape: [rows.length, width],
    size: rows.length * width,
    copyTo(to) {
      let at = 0;
      for (let r = 0; r < rows.length; r++) {
        const row = rows[r]!;
        if (ArrayBuffer.isView(row)) to.set(row as Float32Array, at);
        else {
          const odd = copyNumbers(row, width, to, at);
          if (odd < width) refuse(TypeError, `${name}[${r}][${odd}]`, 'be a number', row[odd]);
        }
        at += width;
      }
    },
  };
}
