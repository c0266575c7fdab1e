import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './harness/child.js';
import type { Run } from './harness/row.js';

// What runs in processes of its own, where the machine has it.

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** How the C of the comparison is compiled. */
export const GCC_FLAGS = ['-O3', '-fno-math-errno', '-msse4.1'] as const;

let compiled: string | undefined;

/** Path of the compiled adam.c; undefined without a gcc. */
export function compiledC(): string | undefined {
  if (compiled !== undefined) return compiled;
  const directory = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, 'adam');
  try {
    execFileSync('gcc', [...GCC_FLAGS, here('adam.c'), '-o', program, '-lm']);
  } catch {
    return undefined;
  }
  compiled = program;
  return program;
}

/** Which python3 may have torch; PYTHON names another. */
const PYTHONS = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((path) => path !== undefined);

/** pytorch.py on one piece of work and its sizes, once for each variant: of the first Python that has torch, or none. */
export async function pytorch(work: string, variants: readonly string[]): Promise<Child[]> {
  for (const python of PYTHONS) {
    const found: Child[] = [];
    for (const variant of variants) {
      const child = await Child.start(python, here('pytorch.py'), variant, ...work.split(' '));
      if (child !== undefined) found.push(child);
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** The packages of peers/ on one piece of work and its sizes, by what they say they are. */
export async function packages(run: Run, work: string, ...sizes: readonly number[]): Promise<Record<string, Child>> {
  const found: Record<string, Child> = {};
  if (!existsSync(here('peers/node_modules'))) {
    run.leaveOut('tfjs, jax-js (npm run bench:peers)');
    return found;
  }
  for (const name of ['tfjs', 'jax']) {
    const child = await Child.start(process.execPath, here(`peers/${name}.mjs`), work, ...sizes.map(String));
    if (child === undefined) run.leaveOut(`${name} (failed)`);
    else found[child.title] = run.hold(child);
  }
  return found;
}
