// `adamas train --checkpoint` is killed by SIGKILL at any time and started again with --resume until it ends: 100 times the model's file must have the
// bytes of the training that was never killed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Draw, proofArguments, writeFigures } from './proof.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Kills of one training, at most: then it may end. */
const KILLS = 4;

/** A training of half a second, with its data in a folder. */
function training(at: string, draw: Draw): string[] {
  const rows = Array.from({ length: 1500 }, () => Array.from({ length: 4 }, () => draw.next().toFixed(4)).join(','));
  writeFileSync(join(at, 'data.csv'), `a,b,c,y\n${rows.join('\n')}\n`);
  const shape = ['--hidden', draw.one(['16', '32,16', '64']), '--epochs', String(80 + draw.below(80))];
  return ['train', 'data.csv', '--target', 'y', ...shape, '--seed', String(draw.below(1000))];
}

/** Runs the command, and kills it after so many milliseconds unless it has ended. Returns true if it has. */
function run(at: string, args: readonly string[], killAfter?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: at, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`adamas ${args.join(' ')} ended with exit code ${code}:\n${stderr}`));
    });
  });
}

const { count, seed, write } = proofArguments(100);
let [kills, trainings, resumed] = [0, 0, 0];
while (kills < count) {
  const draw = new Draw(seed * 1009 + trainings++);
  const at = mkdtempSync(join(tmpdir(), 'adamas-command-kills-'));
  try {
    const args = training(at, draw);
    const start = performance.now();
    await run(at, [...args, '--out', 'whole']);
    const took = performance.now() - start;
    const kept = [...args, '--checkpoint', 'kept', '--checkpoint-every', '1', '--resume', 'kept'];
    for (let own = 0; ; own++) {
      if (readdirSync(at).includes('kept')) resumed++;
      if (await run(at, kept, own < KILLS ? took * (0.3 + 0.7 * draw.next()) : undefined)) break;
      kills++;
    }
    const [whole, killed] = ['whole', 'model.safetensors'].map((name) => readFileSync(join(at, name)));
    if (!whole!.equals(killed!)) throw new Error(`training ${trainings}, adamas ${args.join(' ')}: the files differ`);
    const left = readdirSync(at).sort().join(', ');
    if (left !== 'data.csv, kept, model.safetensors, whole') throw new Error(`training ${trainings} left ${left}`);
  } finally {
    rmSync(at, { recursive: true });
  }
}
const text = `${trainings} trainings, killed ${kills} times, went on from a checkpoint ${resumed} times: the same file each time.`;
console.log(text);
if (write) writeFigures('command-kills', `${text} Seed ${seed}, Node ${process.versions.node}.`);
