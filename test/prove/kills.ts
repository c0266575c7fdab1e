// The proof that a training process may die at any moment: it is killed by SIGKILL, started again with the same program until it ends, and must
// end with the bits of the process that was never killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { file } from '../../src/io.js';
import { Draw, proofArguments, writeFigures } from './proof.js';

/** Trainings that run at once. */
const AT_ONCE = 4;

/** Which training is killed. */
export type Kind = 'fit' | 'partialFit';

interface Outcome {
  /** Processes that were killed. */
  readonly kills: number;
  /** Number of those that left a temporary file: they died during a write. */
  readonly writes: number;
  /** Number of those that followed and found a checkpoint. */
  readonly resumed: number;
}

/** One file of the program that is killed: it starts in a tenth of the time. */
function bundled(folder: string): string {
  const outfile = join(folder, 'trainee.mjs');
  const entry = fileURLToPath(new URL('./trainee.ts', import.meta.url));
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile });
  return outfile;
}

function start(program: string, kind: Kind, seed: number, folder: string): ChildProcess {
  const argv = [program, kind, String(seed), join(folder, 'run')];
  return spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The moment of a kill: after so many checkpoints of the process and some ms, and then perhaps while the next one is written. */
interface Kill {
  readonly writes: number;
  readonly delay: number;
  readonly during: boolean;
}

/** Output of a process until it ends, or is killed. */
async function trained(
  program: string,
  kind: Kind,
  seed: number,
  folder: string,
  kill: Kill | undefined,
): Promise<{ text: string; ended: boolean }> {
  const child = start(program, kind, seed, folder);
  let text = '';
  child.stdout!.on('data', (part) => {
    text += part;
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let over = false;
  exit.then(() => {
    over = true;
  });
  if (kill) {
    const inode = () => statSync(join(folder, 'run'), { throwIfNoEntry: false })?.ino;
    const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
    while (!over && !text.includes('begun')) await turn(1);
    for (let seen = 0, last = inode(); !over && seen < kill.writes; await turn()) {
      const now = inode();
      if (now !== last) seen++;
      last = now;
    }
    await turn(kill.delay);
    while (!over && kill.during && !isWriting(folder)) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
  }
  const code = await exit;
  if (code !== 0 && code !== null) throw new Error(`${kind} of seed ${seed} ended with exit code ${code}: ${text}`);
  return { text, ended: code === 0 };
}

function isWriting(folder: string): boolean {
  return readdirSync(folder).some((name) => name.endsWith('.tmp'));
}

function digestIn(text: string): string {
  const digest = /digest (\w+)/.exec(text)?.[1];
  if (digest === undefined) throw new Error(`a training that ended without a digest: ${text}`);
  return digest;
}

/** Trains, killed again and again, until it ends. Returns what happened, and the digest of all that it left. */
async function killedUntilItEnds(program: string, kind: Kind, seed: number, draw: Draw, folder: string) {
  let [kills, writes, resumed] = [0, 0, 0];
  for (;;) {
    const kill = { writes: draw.below(5), delay: 25 * draw.next() ** 2, during: draw.chance(0.5) };
    const { text, ended } = await trained(program, kind, seed, folder, kills < 3 ? kill : undefined);
    if (/resumed/.test(text)) resumed++;
    if (ended) return { kills, writes, resumed, digest: digestIn(text) };
    kills++;
    if (isWriting(folder)) writes++;
  }
}

/**
 * Trains `count` times, each of another seed, killed again and again.
 *
 * @throws when a digest differs from that of the training that was never killed
 */
export async function run(kind: Kind, count: number, seed: number): Promise<Outcome> {
  const built = mkdtempSync(join(tmpdir(), 'adamas-trainee-'));
  const program = bundled(built);
  const total = { kills: 0, writes: 0, resumed: 0 };
  let next = seed;
  const work = async () => {
    while (next < seed + count) {
      const outcome = await killed(program, kind, next++);
      for (const key of ['kills', 'writes', 'resumed'] as const) total[key] += outcome[key];
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    rmSync(built, { recursive: true });
  }
  return total;
}

/** Trains twice, never killed and killed again and again, and compares what is left. */
async function killed(program: string, kind: Kind, seed: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'adamas-kills-'));
  try {
    const whole = digestIn((await trained(program, kind, seed, folder, undefined)).text);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const { digest, ...outcome } = await killedUntilItEnds(program, kind, seed, new Draw(seed), folder);
    if (digest !== whole)
      throw new Error(`${kind} of seed ${seed} ended with ${digest}, and never killed with ${whole}`);
    // The last process may have ended before another checkpoint was due, and the next write removes what a killed one left.
    await file(join(folder, 'run')).write(new Uint8Array(1));
    if (isWriting(folder)) throw new Error(`${kind} of seed ${seed} left ${readdirSync(folder).join(', ')}`);
    return outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { count, seed, write } = proofArguments(100);
  const begun = performance.now();
  const lines: string[] = [];
  for (const [kind, times] of [
    ['fit', count],
    ['partialFit', 2 * count],
  ] as const) {
    const { kills, writes, resumed } = await run(kind, times, seed);
    lines.push(
      `\`${kind}\` ${times} times: ${kills} processes killed, ${writes} of them during a write; ${resumed} went on from a checkpoint, and each training ended with the digest of the one never killed.`,
    );
    console.log(lines.at(-1));
  }
  const minutes = ((performance.now() - begun) / 60_000).toFixed(0);
  if (write) writeFigures('kills', `${lines.join(' ')} Seed ${seed}, ${minutes} min.`);
}
