// The proof that memory does not grow: a process that creates, trains, saves, loads and disposes at random under a limit of its memory, for
// `--count` seconds. Resident size and Wasm memory must be flat, and nothing be in use in the end.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { lossCurve } from '../../src/plot.js';
import { proofArguments, writeFigures } from './proof.js';
import type { Sample } from './soakee.js';

/** Memory that the process may write to, in MB: `ulimit -d`. */
const LIMIT = 400;
const MB = 1e6;

/** Runs the program, and returns what it said. */
async function soaked(seconds: number, seed: number): Promise<Sample[]> {
  const folder = mkdtempSync(join(tmpdir(), 'adamas-soakee-'));
  try {
    const program = join(folder, 'soakee.mjs');
    const entry = fileURLToPath(new URL('./soakee.ts', import.meta.url));
    buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile: program,
    });
    const script = `ulimit -d ${LIMIT * 1000} && exec "$0" "$@"`;
    const argv = ['-c', script, process.execPath, '--expose-gc', program, String(seconds), String(seed)];
    const child = spawn('sh', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const samples: Sample[] = [];
    for await (const line of createInterface({ input: child.stdout })) samples.push(JSON.parse(line));
    const code = await exit;
    if (code !== 0) throw new Error(`the program ended with exit code ${code}`);
    return samples;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The median of the second third of the time, and of the last: what is filled at the beginning is filled by then. */
function thirds(samples: readonly Sample[], key: 'resident' | 'wasm'): [number, number] {
  const third = Math.floor(samples.length / 3);
  const [second, last] = [samples.slice(third, -third), samples.slice(-third)];
  return [median(second.map((one) => one[key])), median(last.map((one) => one[key]))];
}

function picture(samples: readonly Sample[], title: string): string {
  const of = (key: 'resident' | 'wasm' | 'used') => ({ losses: samples.map((one) => one[key] / MB) });
  return lossCurve(
    { 'resident size': of('resident'), 'Wasm memory': of('wasm'), 'Wasm in use': of('used') },
    {
      ...{ title, xLabel: 'minutes', yLabel: 'MB', positions: (i) => samples[i]!.seconds / 60 },
      description: 'Lines of resident size, Wasm memory and Wasm memory in use over time',
    },
  );
}

const { count: seconds, seed, write } = proofArguments(1800);
const samples = await soaked(seconds, seed);
const last = samples.at(-1)!;
const [resident, wasm] = [thirds(samples, 'resident'), thirds(samples, 'wasm')];
const mb = ([second, last]: readonly number[]) =>
  `${(second! / MB).toFixed(0)} MB in the second third of the time and ${(last! / MB).toFixed(0)} MB in the last`;
const done = Object.entries(last.done).map(([name, times]) => `${name} ${times.toLocaleString('en')}`);
const time = seconds < 60 ? `${seconds} s` : `${(seconds / 60).toFixed(0)} min`;
const figures = `${time} of seed ${seed} under a limit of ${LIMIT} MB: ${done.join(', ')} times. Resident size, the median: ${mb(resident)}; Wasm memory: ${mb(wasm)}; bytes in use when all was disposed: ${last.used}.`;
console.log(figures);
const isFlat = ([second, last]: readonly number[]) => last! <= 1.1 * second!;
if (!isFlat(resident) || !isFlat(wasm) || last.used !== 0) process.exit(1);
if (write) {
  const path = fileURLToPath(new URL('../../docs/pictures/soak.svg', import.meta.url));
  writeFileSync(path, picture(samples, `Memory of a process that trains, saves and loads at random for ${time}`));
  writeFigures('soak', figures);
}
