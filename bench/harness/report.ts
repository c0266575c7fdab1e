import { cpus, platform, release } from 'node:os';
import type { Result } from './race.js';
import type { Row } from './row.js';

/** The machine, as far as it matters to the numbers. */
export function machine(): string {
  const { node, v8 } = process.versions;
  return `${cpus()[0]!.model.trim()}, Node ${node} (V8 ${v8}), ${platform()} ${release()}`;
}

/** One line: the first contender's time (or rate), then the others' and how many times as long theirs is. */
export function line({ name, pieces, rate }: Row, [first, ...rest]: readonly Result[]): string {
  const count = pieces?.count ?? 1;
  const [unit, size] = unitOf(first!.nanoseconds / count);
  const time = ({ nanoseconds }: Result) =>
    significant(rate === undefined ? nanoseconds / count / size : rate.count / nanoseconds);
  const own = `${time(first!)} ${rate?.name ?? unit}${pieces ? `/${pieces.name}` : ''}`;
  const columns = rest.flatMap((result) => [`${result.name} ${time(result)}`, `${significant(result.ratio, 2)}x`]);
  const widths = [34, 15, ...rest.flatMap(() => [15, 7])];
  return [name, own, ...columns]
    .map((text, i) => text.padEnd(widths[i]!))
    .join(' ')
    .trimEnd();
}

function unitOf(nanoseconds: number): readonly [name: string, nanoseconds: number] {
  if (nanoseconds < 1e3) return ['ns', 1];
  return nanoseconds < 1e6 ? ['us', 1e3] : ['ms', 1e6];
}

function significant(value: number, digits = 3): string {
  return value >= 10 ** (digits - 1) ? value.toFixed(0) : value.toPrecision(digits);
}
