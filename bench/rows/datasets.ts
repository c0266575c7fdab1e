import { dataset, tensor } from '../adamas.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

const WIDTH = 784;

/** dataset() of rows beside the same numbers one after another, both of one kind of array. */
const datasetOf = (kind: string, copy: (values: Float32Array) => ArrayLike<number>): Row => ({
  name: `dataset() of 60,000 x 784, ${kind}`,
  setup(run) {
    const count = run.smoke ? 600 : 60_000;
    const values = fillNormals(new Float32Array(count * WIDTH));
    const targets = new Float32Array(count);
    const flat = copy(values);
    const rows = Array.from(targets, (_, i) => copy(values.subarray(i * WIDTH, (i + 1) * WIDTH)));
    return {
      rows: () => dataset(rows, targets).dispose(),
      'one after another': () => dataset(tensor(flat, [count, WIDTH]), targets).dispose(),
    };
  },
});

export const datasetRows: readonly Row[] = [
  datasetOf('arrays', (values) => Array.from(values)),
  datasetOf('typed arrays', (values) => values.slice()),
];
