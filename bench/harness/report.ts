import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import type { Line, Recording } from './record.js';

/** The machine, as far as it matters to the numbers. */
export function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]!.model.trim()}, ${cpus().length} virtual cores, ${gibibytes} GiB, ${platform()}`;
}

/** This runtime. */
export function thisHost(): string {
  const { node, v8 } = process.versions;
  return `Node ${node} (V8 ${v8})`;
}

/** A recording without its lines, of this moment. */
export function head(host: string): Omit<Recording, 'lines'> {
  return {
    adamas: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
    date: new Date().toISOString().slice(0, 10),
    host,
    machine: machine(),
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}

/** The lines of one row and unit as text: the first contender's time (or rate), then the others' and how many times as long theirs is. */
export function textOf(lines: readonly Line[]): string {
  const [first, ...rest] = lines.filter(({ unit }) => unit !== 'slope');
  const [unit, size] = unitOf(first!);
  const columns = rest.flatMap((line) => [
    `${line.contender} ${significant(line.value / size)}`,
    `${significant(line.ratio, 2)}x`,
  ]);
  const slope = lines.find((line) => line.unit === 'slope');
  const own = `${first!.contender} ${significant(first!.value / size)} ${unit}`;
  const widths = [40, 24, ...rest.flatMap(() => [15, 7])];
  const text = [first!.row, own, ...columns].map((column, i) => column.padEnd(widths[i]!)).join(' ');
  const end = slope === undefined ? '' : `slope ${slope.value.toFixed(2)}`;
  const leftOut = first!.leftOut === undefined ? '' : `   left out: ${first!.leftOut.join(', ')}`;
  return `${text.trimEnd()} ${end}${leftOut}`.trimEnd();
}

/** The unit to show a value in, and how many of its own unit that is. */
export function unitOf({ unit, value }: Pick<Line, 'unit' | 'value'>): readonly [name: string, size: number] {
  const [, base, piece = ''] = /^(\w+?)(\/.*)?$/.exec(unit)!;
  if (unit === 'GFLOP/s') return [unit, 1];
  const scales: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
    ns: [
      ['ns', 1],
      ['us', 1e3],
      ['ms', 1e6],
      ['s', 1e9],
    ],
    bytes: [
      ['bytes', 1],
      ['KB', 1e3],
      ['MB', 1e6],
    ],
  };
  const scale = scales[base!] ?? [[base!, 1]];
  const [name, size] = scale.findLast(([, size]) => value >= size) ?? scale[0]!;
  return [`${name}${piece}`, size];
}

/** A number with so many digits, at least. */
export function significant(value: number, digits = 3): string {
  return value >= 10 ** (digits - 1) ? value.toFixed(0) : value.toPrecision(digits);
}

/** Lines in groups of one row and unit. */
export function groups(lines: readonly Line[]): Line[][] {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const group = found.get(line.row);
    if (group === undefined) found.set(line.row, [line]);
    else group.push(line);
  }
  return [...found.values()];
}
