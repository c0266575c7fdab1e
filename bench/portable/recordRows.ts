import type { Effort } from '../harness/race.js';
import { type Line, record } from '../harness/record.js';
import { LocalRun, type PeerModules } from './localRun.js';
import { portableRows } from './rows.js';

/** The choice of rows, and how often they run. */
export interface Choice {
  /** Parts of the names of rows; all rows without. */
  readonly only: readonly string[];
  readonly smoke: boolean;
}

const FULL: Effort = { rounds: 9, budget: 150 };
const SMOKE: Effort = { rounds: 1, budget: 20 };

/** Runs the portable rows in this host, and gives their lines. A row in which a peer fails or differs says so and has none. */
export async function recordRows({ only, smoke }: Choice, peers: PeerModules, kernels: BufferSource): Promise<Line[]> {
  const lines: Line[] = [];
  for (const row of portableRows) {
    if (only.length > 0 && !only.some((part) => row.name.includes(part))) continue;
    const run = new LocalRun(smoke, peers, kernels);
    try {
      lines.push(...(await record(row, run, smoke ? SMOKE : FULL)));
    } finally {
      run.dispose();
    }
  }
  return lines;
}
