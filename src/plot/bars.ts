import { finiteNumber, readOptions, string } from '../validate.js';
import { drawChart } from './chart.js';
import { entriesOf, type PlotOptions, plotTable } from './options.js';
import { extent, format } from './scale.js';
import { capitalized, rect, shorten, text, textWidth } from './svg.js';

/** Options of {@link bars}. */
export interface BarsOptions extends PlotOptions {
  /** Name of the values with their unit, as in `'time a step [µs]'`. Default: `'value'`. */
  readonly label?: string | undefined;
}

/** Values by name. An undefined one was not measured. */
export type Values = Readonly<Record<string, number | undefined>>;

/** A bar, or where `figure` is empty the name of what follows. */
interface Row {
  readonly name: string;
  readonly value: number;
  readonly figure: string;
}

/** Height of a row with a bar, in pixels, unless the picture's is given. */
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
  // A row a bar; in front of each group, or of each bar where a name is long, one for the name, without a figure.
  const apart = grouped || given.some(([name]) => textWidth(name) > 0.4 * read.width);
  const rows: Row[] = [];
  const names: string[] = [];
  let description = `Bar chart of ${label}.`;
  for (const [heading, value] of given) {
    if (apart) rows.push({ name: heading, value: 0, figure: '' });
    if (grouped) description += ` ${heading}: `;
    for (const [name, one] of grouped ? entriesOf(`bars: ${heading}`, value) : [[heading, value] as const]) {
      let figure = 'not measured';
      if (one !== undefined) {
        finiteNumber(`bars: ${name}`, one);
        figure = format(one as number);
      }
      rows.push({ name, value: (one ?? 0) as number, figure });
      description += ` ${name}: ${figure}.`;
      if (grouped && !names.includes(name)) names.push(name);
    }
  }
  const [low, high] = extent([0, ...rows.map(({ value }) => value)]);
  // Figures stand behind their bars.
  const room = Math.max(...rows.map(({ figure }) => textWidth(figure))) / (0.45 * read.width);
  return drawChart(
    {
      title: capitalized(label),
      description,
      height: ROW * rows.length,
      rows: rows.map(({ name }) => (apart ? '' : name)),
      series: names.map((name, k) => ({ name, k, mark: 'bars', points: [] })),
      behind: ({ width, height, xOf }) => {
        const step = height / rows.length;
        return rows
          .map(({ name, value, figure }, i) => {
            const start = xOf(Math.min(0, value));
            const end = xOf(Math.max(0, value));
            const base = step * (i + 0.5) + 5;
            return figure
              ? rect(start, step * i + 2, end - start, step - 4, Math.max(0, names.indexOf(name))) +
                  text(end + 5, base, figure)
              : text(0, base, shorten(name, width));
          })
          .join('');
      },
    },
    { ...read, xLabel: label, yLabel: '', xRange: [low, high + room * (high - low)] },
  );
}
