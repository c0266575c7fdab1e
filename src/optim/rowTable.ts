import type { Pointer } from '../wasm/kernels.js';
import { Row } from '../wasm/layouts.generated.js';
import { type Words, words } from '../wasm/memory.js';

/** One parameter as the kernels see it: assembly/optim/row.ts. A field that is left out is 0. */
export interface RowFields {
  readonly p: Pointer;
  readonly n: number;
  readonly g?: Pointer | undefined;
  readonly s0?: Pointer | undefined;
  readonly s1?: Pointer | undefined;
  readonly s2?: Pointer | undefined;
  readonly R?: number | undefined;
  readonly C?: number | undefined;
}

/** Writes a table of rows. */
export function writeTable(rows: readonly RowFields[]): Words {
  const table = words(rows.length * Row.size);
  const { view } = table;
  rows.forEach(({ p, n, g = 0, s0 = 0, s1 = 0, s2 = 0, R = 0, C = 0 }, i) => {
    const at = i * Row.size;
    view[at + Row.p] = p;
    view[at + Row.g] = g;
    view[at + Row.n] = n;
    view[at + Row.s0] = s0;
    view[at + Row.s1] = s1;
    view[at + Row.s2] = s2;
    view[at + Row.R] = R;
    view[at + Row.C] = C;
  });
  return table;
}
