import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './lossChart.css';
import './swatch.css';
import { onThemeChange, themeOf } from './theme.js';
import { thin } from './thin.js';

/** A curve of a chart. */
export interface Curve {
  readonly name: string;
  /** Its colour among those of series. */
  readonly color: number;
  readonly dashed?: boolean;
}

interface Props {
  /** Says in words what the chart shows, for those who do not see it. */
  readonly label: string;
  readonly xLabel: string;
  readonly curves: readonly Curve[];
  /** The x of all curves, then the y of each, as far as it goes; null leaves a gap. */
  readonly data: readonly (readonly (number | null)[])[];
  readonly height: number;
}

/** Curves on a logarithmic scale that may grow: it draws new data in the next animation frame. */
export function LossChart({ label, xLabel, curves, data, height }: Props): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const latest = useRef(data);
  latest.current = data;
  const key = JSON.stringify([xLabel, curves, height]);
  useEffect(() => {
    const element = holder.current!;
    const make = () => {
      plot.current?.destroy();
      const theme = themeOf(element);
      const axis = {
        stroke: theme.muted,
        grid: { stroke: theme.line, width: 1 },
        ticks: { stroke: theme.line, width: 1 },
      };
      plot.current = new UPlot(
        {
          width: element.clientWidth,
          height,
          cursor: { show: false },
          legend: { show: false },
          scales: { x: { time: false }, y: { distr: 3 } },
          axes: [
            {
              ...{
                ...axis,
                label: xLabel,
                labelSize: 20,
                labelFont: '13px system-ui',
                font: '12px system-ui',
                size: 30,
              },
              values: (_, splits) => splits.map((value) => String(Number(value.toPrecision(6)))),
            },
            { ...axis, font: '12px system-ui', size: 56, values: (_, splits) => splits.map(tick) },
          ],
          series: [
            {},
            ...curves.map(({ name, color, dashed }) => ({
              label: name,
              stroke: theme.series[color % theme.series.length]!,
              width: 2,
              points: { show: false },
              spanGaps: true,
              ...(dashed && { dash: [6, 4] }),
            })),
          ],
        },
        drawn(latest.current),
        element,
      );
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const stop = onThemeChange(make);
    return () => {
      observer.disconnect();
      stop();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [key]);
  useEffect(() => plot.current?.setData(drawn(data)), [data]);
  return (
    <figure class="chart">
      <div ref={holder} role="img" aria-label={label} />
      <figcaption>
        {curves.map(({ name, color, dashed }) => (
          <span key={name} class="legend">
            <span class={`swatch k${color % 6} ${dashed ? 'dash1' : ''}`} />
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** Stretches of a chart, each of which is drawn by two points. A jagged line of twice as many takes a browser without a GPU four times as long. */
const BINS = 50;

const drawn = (data: Props['data']): UPlot.AlignedData => thin(data, BINS) as unknown as UPlot.AlignedData;

/** A number of the scale; only powers of ten and their halves have room. */
function tick(value: number | null): string {
  if (value === null) return '';
  return value >= 0.001 && value < 10_000 ? String(Number(value.toPrecision(3))) : value.toExponential(0);
}
