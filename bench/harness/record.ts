import { type Effort, type Result, race } from './race.js';
import type { Contenders, Race, Row, Run } from './row.js';
import { logSlope, median, quantile } from './statistics.js';

/** One number of a run, with all that its row says of it. Every number in README and docs is one of these. */
export interface Line {
  readonly row: string;
  readonly contender: string;
  /** 'ns', 'ns/param', 'GFLOP/s', 'bytes', 'slope' ... */
  readonly unit: string;
  /** The median over the rounds. */
  readonly value: number;
  /** The quartiles. */
  readonly low: number;
  readonly high: number;
  /** Ratio to the first contender's time, or amount: the median of the ratios within each round. */
  readonly ratio: number;
  readonly rounds: readonly number[];
  /** Contenders that were left out, and why. */
  readonly leftOut?: readonly string[];
}

/** A run: where and when, and its lines. */
export interface Recording {
  readonly adamas: string;
  readonly date: string;
  readonly host: string;
  readonly machine: string;
  /** Processes that wanted to run at its start, a minute's average: beside others nothing is measured well. */
  readonly load: number;
  readonly lines: readonly Line[];
}

/** The lines of a race. */
export function linesOf(row: Race, results: readonly Result[], leftOut: readonly string[]): Line[] {
  const { name, pieces, rate, sizes } = row;
  const count = pieces?.count ?? 1;
  const unit = rate?.name ?? (pieces ? `ns/${pieces.name}` : 'ns');
  const value = (time: number) => (rate ? rate.count / time : time / count);
  const first = results[0]!;
  const note = leftOut.length > 0 ? { leftOut } : {};
  const lines = results.map(({ name: contender, times }): Line => {
    const ratio = median(times.map((time, round) => time / first.times[round]!));
    return { row: name, contender, unit, ...summary(times.map(value)), ratio, ...note };
  });
  if (sizes !== undefined) {
    // Without another version's contender, which is beside the first.
    const sized = results.filter((result) => result.name in sizes);
    const slopes = first.times.map((_, round) =>
      logSlope(
        sized.map((result) => sizes[result.name]!),
        sized.map((result) => result.times[round]!),
      ),
    );
    lines.push({ row: name, contender: 'slope', unit: 'slope', ...summary(slopes), ratio: 1 });
  }
  const peaks = results.filter((result) => result.peaks.length > 0);
  for (const { name: contender, peaks: bytes } of peaks) {
    const ratio = median(bytes) / median(peaks[0]!.peaks);
    lines.push({ row: `${name}, peak memory`, contender, unit: 'bytes', ...summary(bytes), ratio });
  }
  return lines;
}

/** The lines of numbers of bytes. */
export function sizeLines(name: string, bytes: Readonly<Record<string, number>>, leftOut: readonly string[]): Line[] {
  const [first] = Object.values(bytes);
  const note = leftOut.length > 0 ? { leftOut } : {};
  return Object.entries(bytes).map(([contender, value]) => {
    return { row: name, contender, unit: 'bytes', ...summary([value]), ratio: value / first!, ...note };
  });
}

/** True for a race. */
export const isRace = (row: Row): row is Race => 'setup' in row;

/** Fewer digits than a number has by accident, so that a recording can be read. */
const rounded = (value: number) => Number(value.toPrecision(5));

function summary(values: readonly number[]): Pick<Line, 'value' | 'low' | 'high' | 'rounds'> {
  const [value, low, high] = [median(values), quantile(values, 0.25), quantile(values, 0.75)];
  return { value: rounded(value), low: rounded(low), high: rounded(high), rounds: values.map(rounded) };
}

/** Recordings as text, a line of theirs per line. */
export function toText(recordings: readonly Recording[]): string {
  const texts = recordings.map(({ lines, ...head }) => {
    const rows = lines.map((line) => `    ${JSON.stringify({ ...line, ratio: rounded(line.ratio) })}`);
    return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "lines": [\n${rows.join(',\n')}\n  ]\n}`;
  });
  return `[${texts.join(',')}]\n`;
}

/** Runs a row, and gives its lines. `versions` replaces its first contender by that in a process of its own, and adds another version's behind it. */
export async function record(
  row: Row,
  run: Run & { readonly leftOut: readonly string[] },
  effort: Effort,
  versions: () => Promise<Contenders> = async () => ({}),
): Promise<Line[]> {
  if (!isRace(row)) return sizeLines(row.name, await row.bytes(run), run.leftOut);
  const [first, ...others] = Object.entries(await row.setup(run));
  // A row whose data come with the peers has no contender where these are not installed.
  if (first === undefined) return [];
  const contenders = { ...Object.fromEntries([first]), ...(await versions()), ...Object.fromEntries(others) };
  const rounds = Math.min(effort.rounds, row.rounds ?? effort.rounds);
  return linesOf(row, await race(contenders, { ...effort, rounds }), run.leftOut);
}
