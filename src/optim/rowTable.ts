import { Row } from '../wasm/layouts.generated.js';
import { type Words, words } from '../wasm/memory.js';
import { type StructFields, writeStruct } from '../wasm/opList.js';

/** One parameter as the kernels see it: assembly/optim/row.ts. What is left out is 0. */
export type RowFields = Partial<StructFields<typeof Row>>;

/** Writes a table of rows. */
export function writeTable(rows: readonly RowFields[]): Words {
  const table = words(rows.length * Row.size);
  const { view } = table;
  view.fill(0);
  rows.forEach((row, i) => {
    writeStruct(view, Row, row, i);
  });
  return table;
}
