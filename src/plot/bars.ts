import { finiteNumber, readOptions } from '../validate.js';
import { drawChart } from './chart.js';
import { entriesOf, type PlotOptions, plotTable, string } from './options.js';
import { extent, format } from './scale.js';
import { capitalized, rect, shorten, text, textWidth } from './svg.js';

/** Options of {@link bars}. */
export interface BarsOptions extends PlotOptions {
  /** Name of the values with their unit, as in `'time a step [µs]'`. Default: `'value'`. */
  readonly label?: string | undefined;
}

/** Values by name. An undefined one was not measured. */
export type Values = Readonly<Record<string, number | undefined>>;

/** Height of a row with a bar, in pixels. */
const ROW = 26;

/**
 * Draws horizontal bars from 0, each with its value behind it.
 *
 * @param values - values by name; or groups of them by name, in which bars of the same name share a colour
 * @param options - title, width, name of the values with their unit
 * @returns the picture as SVG text
 * @throws TypeError for the wrong kind of data or option; RangeError for a wrong value
 * @example
 * ```ts
 * import { bars } from 'adamas/plot';
 * const svg = bars({ adamas: 143, other: 1200 }, { label: 'time a step [µs]' });
 * console.log(/<desc>(.*?)<.desc>/.exec(svg)![1]); // Bar chart of time a step [µs]. adamas: 143. other: 1,200.
 * ```
 */
export function bars(values: Values | Readonly<Record<string, Values>>, options: BarsOptions = {}): string {
  const { label, ...read } = readOptions('bars', options, { ...plotTable, label: [string, 'value'] });
  const given = entriesOf('bars: values', values);
  const grouped = given.some(([, value]) => typeof value === 'object');
  const long = Math.max(...given.map(([name]) => textWidth(name))) > 0.4 * read.width;
  // A row a bar; in front of each group, or of a bar with a long name, one for the name, whose value is null.
  const rows: [name: string, value: number | null | undefined][] = [];
  for (const [name, value] of given) {
    if (grouped || long) rows.push([name, null]);
    rows.push(...((grouped ? entriesOf(`bars: ${name}`, value) : [[name, value]]) as typeof rows));
  }
  for (const [name, value] of rows) if (value != null) finiteNumber(`bars: ${name}`, value);
  const names = [...new Set(rows.filter(([, value]) => value !== null).map(([name]) => name))];
  const figures = rows.map(([, value]) => (value === null ? '' : value === undefined ? 'not measured' : format(value)));
  const [low, high] = extent([0, ...rows.map(([, value]) => value ?? 0)], 'linear');
  // Values stand behind their bars.
  const room = Math.max(...figures.map(textWidth)) / (0.45 * read.width);
  return drawChart(
    {
      title: capitalized(label),
      description: `Bar chart of ${label}.${rows.map(([name, value], i) => ` ${name}: ${figures[i]}${value === null ? '' : '.'}`).join('')}`,
      height: ROW * rows.length,
      rows: rows.map(([name]) => (grouped || long ? '' : name)),
      legend: names
        .map((name, k) => ({ name, swatch: (x: number, y: number) => rect(x - 8, y - 6, 16, 12, k) }))
        .filter(() => grouped),
      behind: ({ width, x }) =>
        rows
          .map(([name, value], i) => {
            const start = width * x.at(Math.min(0, value ?? 0));
            const end = width * x.at(Math.max(0, value ?? 0));
            const k = grouped ? names.indexOf(name) : 0;
            return value === null
              ? text(0, ROW * i + 20, shorten(name, width))
              : rect(start, ROW * i + 2, end - start, ROW - 4, k) + text(end + 5, ROW * i + 18, figures[i]!);
          })
          .join(''),
    },
    { ...read, xLabel: label, yLabel: '', xRange: [low, high + room * (high - low)] },
  );
}
