import { Tensor } from '../tensor.js';
import { fail, refuse, show } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { type Floats, floats, outlasting } from '../wasm/memory.js';

/** Rows of numbers, as they may be given: a tensor [N, D] or [N], arrays of rows, or (for targets) one number a row. */
export type Rows = Tensor | ArrayLike<number> | readonly ArrayLike<number>[];

/** Rows that are in Wasm memory, or about to be. */
export interface ReadRows {
  readonly shape: readonly number[];
  /** The tensor that was given, or a new one with copies of the numbers. */
  toTensor(): Tensor;
}

/** Checks the shape of rows. Their numbers are checked as `toTensor` copies them. */
export function readRows(name: string, rows: Rows): ReadRows {
  if (rows instanceof Tensor) {
    return {
      shape: rows.shape,
      toTensor() {
        checkFinite(name, rows.block, widthOf(rows.shape));
        return rows;
      },
    };
  }
  const { length } = Object(rows);
  if (typeof rows !== 'object' || !Number.isSafeInteger(length)) {
    refuse(TypeError, name, 'be a Tensor or an array of numbers or rows', rows);
  }
  const nested = !ArrayBuffer.isView(rows) && length > 0 && typeof rows[0] === 'object';
  if (!nested) {
    // Copied now if it is a view of Wasm memory, which may grow for what is to hold it.
    const values = outlasting(rows as ArrayLike<number>);
    return {
      shape: [length],
      toTensor: () => copied(name, [length], (view) => fillRow(name, view, 0, values, 0, false)),
    };
  }
  const width: number = Object(rows[0]).length;
  const kept = Array.from(rows as readonly ArrayLike<number>[], (row, i) => {
    const count = Object(row).length;
    if (count !== width) fail(RangeError, name, `have ${width} numbers in each row`, `${count ?? 1} in row ${i}`);
    return outlasting(row);
  });
  return {
    shape: [length, width],
    toTensor: () =>
      copied(name, [length, width], (view) => {
        for (let i = 0; i < length; i++) fillRow(name, view, i * width, kept[i]!, i, true);
      }),
  };
}

/** A tensor that `fill` writes, whose numbers are all finite. */
function copied(name: string, shape: readonly number[], fill: (view: Float32Array) => void): Tensor {
  const block = floats(shape.reduce((product, length) => product * length, 1));
  try {
    fill(block.view);
    checkFinite(name, block, widthOf(shape));
    return new Tensor(shape, block);
  } catch (error) {
    block.dispose();
    throw error;
  }
}

/** Copies numbers into `view` from `at` on. An element that is no number is in `row`, or in a row of its own. */
function fillRow(
  name: string,
  view: Float32Array,
  at: number,
  values: ArrayLike<number>,
  row: number,
  nested: boolean,
): void {
  if (ArrayBuffer.isView(values)) {
    if (/^\[object (Big|DataView)/.test(Object.prototype.toString.call(values))) {
      refuse(TypeError, name, 'be numbers', values);
    }
    view.set(values, at);
    return;
  }
  for (let j = 0; j < values.length; j++) {
    const value = values[j];
    if (typeof value !== 'number') {
      const place = nested ? `row ${row}, column ${j}` : `row ${j}, column 0`;
      fail(TypeError, name, 'be numbers', `${show(value)} in ${place}`);
    }
    view[at + j] = value;
  }
}

function checkFinite(name: string, block: Floats, width: number): void {
  if (kernels().allFinite_f32(block.ptr, block.length)) return;
  const { view } = block;
  const bad = view.findIndex((value) => !Number.isFinite(value));
  const place = `row ${Math.floor(bad / width)}, column ${bad % width}`;
  fail(RangeError, name, 'be finite float32 numbers', `${view[bad]} in ${place}`);
}

function widthOf(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}
