import { loadFirst, storeFirst } from './lanes';

// Vectors of rows that start anywhere, of which only what is the row's may be touched. The tail, of fewer than four floats, is a call: its
// branches would be most of every loop's code.

/** The next four floats of a row of which n are left at p; zeros where there are fewer. */
@inline export function loadRow(p: usize, n: usize): v128 {
  return n > 3 ? v128.load(p) : loadTail(p, n);
}

/** Stores as much of v at p as a row has place for, of which n floats are left. */
@inline export function storeRow(p: usize, v: v128, n: usize): void {
  if (n > 3) v128.store(p, v);
  else storeTail(p, v, n);
}

function loadTail(p: usize, n: usize): v128 {
  return loadFirst(p, n);
}

function storeTail(p: usize, v: v128, n: usize): void {
  storeFirst(p, v, n);
}
