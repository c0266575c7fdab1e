import type { Line } from './record.js';
import { mannWhitney } from './statistics.js';

/** Change of a line from one run to another. */
export interface Change {
  readonly row: string;
  readonly contender: string;
  /** Ratio of the times: above 1 is slower. */
  readonly factor: number;
  /** The same for its ratio to the baseline of its row, which a slower machine slows too; undefined without one. */
  readonly againstBaseline: number | undefined;
  /** Likelihood that rounds of the same speed differ as much. */
  readonly probability: number;
  readonly verdict: 'slower' | 'faster' | 'noise';
}

/** The least change that counts, as a part of the time. */
const LEAST = 0.03;

/** The most that its probability may be. With a hundred lines, one in ten runs then shows a change that is none. */
const MOST = 1e-3;

/** Compares the lines of adamas that both runs have. */
export function changes(before: readonly Line[], after: readonly Line[]): Change[] {
  const ours = after.filter(({ contender, unit }) => contender.startsWith('adamas') && unit !== 'slope');
  return ours.flatMap((line) => {
    const old = before.find(
      ({ row, contender, unit }) => row === line.row && contender === line.contender && unit === line.unit,
    );
    return old === undefined ? [] : [change(old, line, baselineFactor(before, after, line.row))];
  });
}

/** Ratio of the baseline's time to the first contender's. */
function baselineFactor(before: readonly Line[], after: readonly Line[], row: string): number | undefined {
  const [old, now] = [before, after].map((lines) =>
    lines.find((line) => line.row === row && line.contender === 'baseline'),
  );
  return old && now && timeOf(now) / timeOf(old);
}

/** A rate is better when it is higher. */
const timeOf = ({ unit, value }: Line) => (unit === 'GFLOP/s' ? 1 / value : value);

function change(old: Line, now: Line, baseline: number | undefined): Change {
  const factor = timeOf(now) / timeOf(old);
  const probability = mannWhitney(old.rounds, now.rounds);
  const againstBaseline = baseline && factor / baseline;
  const all = [factor, againstBaseline ?? factor];
  // Few rounds can't be improbable enough: then they have to lie apart.
  const apart = Math.min(...now.rounds) > Math.max(...old.rounds) || Math.max(...now.rounds) < Math.min(...old.rounds);
  const real = probability <= MOST || (apart && Math.min(old.rounds.length, now.rounds.length) < 6);
  const slower = all.every((one) => one > 1 + LEAST);
  const faster = all.every((one) => one < 1 - LEAST);
  const verdict = real && slower ? 'slower' : real && faster ? 'faster' : 'noise';
  return { row: now.row, contender: now.contender, factor, againstBaseline, probability, verdict };
}
