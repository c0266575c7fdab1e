// Ten million rows that are nowhere: a CSV text is generated piece by piece, read as it comes, and trained on batch by batch. What is in memory
// stays the same however many rows there are. `ADAMAS_ROWS=100000 npx tsx examples/stream.ts` takes fewer.
import { Adam, mlp, partialFit, randn } from 'adamas';
import { csvBatches, parseCsv } from 'adamas/datasets';
import { lossCurve } from 'adamas/plot';
import { saveSvg, terminalPlot } from './pictures.js';

const ROWS = Number(process.env.ADAMAS_ROWS ?? 10_000_000);
const PIECE = 1000;
const BATCH = 500;
const NOISE = 0.1;
const HEADER = 'a,b,c,d,y\n';

/** y = a b + c - d / 2 with noise, as text. */
function* text(seed: number): Generator<string> {
  yield HEADER;
  for (let rows = 0; rows < ROWS; rows += PIECE, seed++) {
    using drawn = randn([PIECE, 5], { seed });
    const values = Array.from(drawn.data, rounded);
    let piece = '';
    for (let at = 0; at < values.length; at += 5) {
      const [a, b, c, d, noise] = values.slice(at, at + 5) as [number, number, number, number, number];
      piece += `${a},${b},${c},${d},${rounded(a * b + c - d / 2 + NOISE * noise)}\n`;
    }
    yield piece;
  }
}

const rounded = (x: number) => Math.round(1000 * x) / 1000;

// A few rows tell the kinds of the columns; for a file there is scanCsv.
const schema = parseCsv(`${HEADER}0.1,-0.2,0.3,0.4,0.5\n`, { target: 'y' });
const model = mlp({ inputs: 4, hidden: [32], outputs: 1, activation: 'tanh', loss: 'mse', seed: 1 });
const optimizer = new Adam(model.parameters(), { lr: 0.003 });

/** The mean loss of each hundredth of the rows, over millions of them. */
const points: [number, number][] = [];
const every = ROWS / 100;
let [sum, steps] = [0, 0];
const start = performance.now();
const result = await partialFit(model, csvBatches(text(1), schema, { batchSize: BATCH }), {
  optimizer,
  onProgress({ samples, loss, samplesPerSecond }) {
    sum += loss;
    steps++;
    if (samples < every * (points.length + 1)) return;
    points.push([samples / 1e6, sum / steps]);
    [sum, steps] = [0, 0];
    if (points.length % 10 === 0) {
      const [, mean] = points.at(-1)!;
      console.log(`${samples} rows, loss ${mean.toFixed(5)}, ${Math.round(samplesPerSecond)} rows/s`);
    }
  },
});
const seconds = (performance.now() - start) / 1000;
// In kilobytes, of the whole process.
const { maxRSS } = process.resourceUsage();

const axes = { xLabel: 'million rows', positions: (i: number) => points[i]![0] };
const svg = lossCurve({ losses: points.map(([, loss]) => loss) }, { title: `Loss over ${ROWS} rows`, ...axes });
console.log(`\n${terminalPlot(points, axes.xLabel, 'loss')}\n`);
console.log(`noise squared, which no model gets below: ${(NOISE ** 2).toFixed(5)}`);
console.log(`The curve as an SVG: ${saveSvg('stream', svg)}`);
console.log(`${result.status}: ${result.samples} rows in ${seconds.toFixed(1)} s, their generation included`);
console.log(`${Math.round(result.samples / seconds)} rows/s, peak memory ${Math.round(maxRSS / 1024)} MiB`);
