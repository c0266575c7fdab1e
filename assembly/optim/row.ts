/** One parameter in the table of an optimizer's group: P elements, their gradient and up to three state arrays. */
@unmanaged
export class Row {
  p: usize; // [P] parameter
  g: usize; // [P] gradient
  n: usize; // P
  s0: usize; // state arrays, 0 where the optimizer has none
  s1: usize;
  s2: usize;
  R: usize; // its last two axes, R by C; 0 for a vector
  C: usize;
}

/** Bytes of one row. */
export const ROW: usize = offsetof<Row>();
