import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect } from 'preact/hooks';
import { startJob } from '../../training/startJob.js';
import { Canvas, type Draw } from '../../ui/canvas.js';
import { Later } from '../../ui/later.js';
import type { Words } from './words.js';

const COLUMNS = 6;
const SHOWN = 8;
const BINS = 30;

/** The chapter's table: rows to browse, sorted by a column, and the histogram of that column. */
export function AirfoilTable({ w }: { readonly w: Words }): JSX.Element {
  const values = useSignal<Float32Array>(new Float32Array());
  const column = useSignal(5);
  const sort = useSignal<'none' | 'ascending' | 'descending'>('none');
  const first = useSignal(0);
  useEffect(() => {
    const take = (rows: Float32Array) => {
      values.value = rows;
    };
    const job = startJob('airfoil', undefined, take, () => {});
    return () => job.end();
  }, []);
  const rows = values.value.length / COLUMNS;
  const at = (row: number, k = column.value) => values.value[row * COLUMNS + k]!;
  const order = Array.from({ length: rows }, (_, row) => row);
  if (sort.value !== 'none') order.sort((a, b) => (at(a) - at(b)) * (sort.value === 'ascending' ? 1 : -1));
  const choose = (k: number) => {
    sort.value = column.value === k && sort.value === 'ascending' ? 'descending' : 'ascending';
    column.value = k;
    first.value = 0;
  };
  const end = Math.min(first.value + SHOWN, rows);
  return (
    <section aria-labelledby="airfoil">
      <h2 id="airfoil">{w.data}</h2>
      <p>{w.dataIntro}</p>
      <div class="browse">
        <div>
          <div class="wide">
            <table class="rows">
              <thead>
                <tr>
                  <th scope="col">{w.row}</th>
                  {w.features.map((name, k) => (
                    <th key={name} scope="col" aria-sort={column.value === k ? sort.value : 'none'}>
                      <button type="button" aria-label={w.sortBy(name)} onClick={() => choose(k)}>
                        {name}{' '}
                        {column.value !== k || sort.value === 'none' ? '' : sort.value === 'ascending' ? '↑' : '↓'}
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {order.slice(first.value, end).map((row) => (
                  <tr key={row}>
                    <td>{row + 1}</td>
                    {w.features.map((name, k) => (
                      <td key={name}>{at(row, k).toFixed(4)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div class="buttons">
            <button
              type="button"
              disabled={first.value === 0}
              onClick={() => {
                first.value = Math.max(0, first.value - SHOWN);
              }}
            >
              {w.previous}
            </button>
            <button
              type="button"
              disabled={end >= rows}
              onClick={() => {
                first.value += SHOWN;
              }}
            >
              {w.following}
            </button>
            <span role="status">{w.rows(first.value + 1, end)}</span>
          </div>
        </div>
        <Later>
          <Histogram values={values.value} column={column.value} label={w.histogram(w.features[column.value]!)} />
        </Later>
      </div>
    </section>
  );
}

interface HistogramProps {
  readonly values: Float32Array;
  readonly column: number;
  readonly label: string;
}

function Histogram({ values, column, label }: HistogramProps): JSX.Element {
  const draw: Draw = useCallback(
    (context, width, height, { series, muted }) => {
      context.clearRect(0, 0, width, height);
      const numbers = values.filter((_, i) => i % COLUMNS === column);
      if (numbers.length === 0) return;
      const [low, high] = numbers.reduce(([a, b], x) => [Math.min(a!, x), Math.max(b!, x)], [Infinity, -Infinity]);
      const counts = new Array<number>(BINS).fill(0);
      for (const x of numbers) counts[Math.min(BINS - 1, Math.floor(((x - low!) / (high! - low!)) * BINS))]!++;
      const [most, room] = [Math.max(...counts), height - 20];
      context.fillStyle = series[0]!;
      counts.forEach((count, i) => {
        const bar = (count / most) * room;
        context.fillRect((i / BINS) * width, room - bar, width / BINS - 1, bar);
      });
      context.fillStyle = muted;
      context.font = '12px system-ui';
      context.fillText(low!.toFixed(2), 0, height - 4);
      context.textAlign = 'right';
      context.fillText(high!.toFixed(2), width, height - 4);
      context.textAlign = 'left';
    },
    [values, column],
  );
  return (
    <figure>
      <Canvas aspect={0.5} draw={draw} class="histogram" role="img" aria-label={label} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}
