// The heading of a chart: its title and its legend.
import { type Series, swatch } from './marks.js';
import { GAP, LINE, shorten, text, textWidth } from './svg.js';

/** A title in up to three lines, with the legend below it, and the y at which they end. */
export function heading(title: string, width: number, legend: readonly Series[]): readonly [string, number] {
  const room = width - 2 * GAP;
  const lines: string[] = [];
  for (const word of title.match(/\S+/g) ?? []) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 3 || (lines.length > 0 && textWidth(longer) <= 0.95 * room)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  let y = GAP;
  let body = '';
  for (const line of lines) {
    y += LINE;
    body += text(GAP, y - 5, shorten(line, room), ' font-weight="600"');
  }
  let x = width;
  for (const series of legend) {
    const label = shorten(series.name, room - 3 * GAP);
    const wide = 5 * GAP + textWidth(label);
    if (x + wide > width) [x, y] = [GAP, y + LINE];
    body += swatch(series, x + 8, y - 10) + text(x + 22, y - 5, label);
    x += wide;
  }
  return [body, y];
}
