/**
 * One parameter in the table of an optimizer's group: P elements, their gradient and up to four state arrays.
 * The wrapper lays rows out as 8 words of 32 bits (src/optim/table.ts).
 */
@unmanaged
export class Row {
  p: usize; // [P] parameter
  g: usize; // [P] gradient
  n: usize; // P
  s0: usize; // [P] state arrays, 0 where the optimizer has none
  s1: usize;
  s2: usize;
  s3: usize;
  reserved: usize;
}

/** Bytes of one row. */
export const ROW: usize = 32;
