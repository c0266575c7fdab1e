// The command as a process of its own, on the built package.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const examples = fileURLToPath(new URL('../../examples/data/', import.meta.url));

export const iris = join(examples, 'iris.csv');
export const cars = join(examples, 'used-cars.csv');

/** Options with which the table of used cars can be read. */
export const CARS = ['--columns', 'listed=date', '--missing', 'fuel=class,mileage=mean,power=mean'];

/** Runs `adamas` in a folder. */
export function adamas(cwd: string, args: readonly string[], input: string | Uint8Array = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    ...{ cwd, input, encoding: 'utf8', maxBuffer: 1e9 },
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

/** A new folder, which goes when the test ends. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'adamas-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The bytes of a file in a folder, for comparison. */
export const bytes = (...path: string[]): string => readFileSync(join(...path)).toString('hex');
