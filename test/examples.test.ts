// Every program in examples/ runs to its end, as a user would run it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that export nothing are programs; programs share the rest. */
const programs = readdirSync(join(root, 'examples')).filter(
  (name) =>
    name.endsWith('.ts') &&
    !name.endsWith('.d.ts') &&
    !/^export /m.test(readFileSync(join(root, 'examples', name), 'utf8')),
);

it('finds the chapter’s programs', () => {
  expect(programs).toEqual(
    expect.arrayContaining(['adam.ts', 'adam-from-scratch.ts', 'adam-is-momentum-and-rmsprop.ts', 'learning-rates.ts']),
  );
});

/** Standard output of a program, and the files that it made. */
async function run(name: string): Promise<{ stdout: string; files: string[] }> {
  const out = mkdtempSync(join(tmpdir(), 'adamas-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'node_modules/tsx/dist/cli.mjs'), join('examples', name)],
      { cwd: root, env: { ...process.env, ADAMAS_OUT: out, ADAMAS_ROWS: '200000', NO_COLOR: '1' } },
    );
    return { stdout, files: readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8')) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

it.concurrent.each(programs)('%s', { timeout: 120_000 }, async (name) => {
  const { stdout, files } = await run(name);
  expect(stdout).not.toBe('');
  expect(stdout).not.toMatch(/NaN|undefined|\[object/);
  for (const file of files) expect(file).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  if (name === 'adam.ts') expect(stdout).toMatch(/^loss: 0\.24\d{4}, \d\.\d{6} sec per epoch$/m);
  if (name === 'adam-from-scratch.ts') {
    const losses = [...stdout.matchAll(/\bloss:? (0\.24\d{4})/g)].map(([, loss]) => loss);
    expect(losses).toHaveLength(2);
    expect(losses[0]).toBe(losses[1]);
  }
  // Promises of the programs on tables and networks: name, a line that they print, and how large or small its number is.
  for (const [program, line, good] of [
    ['two-moons.ts', /^held-out .* accuracy (0\.\d+|1\.0+)$/m, (x: number) => x > 0.99],
    ['spiral.ts', /^held-out: .* accuracy (0\.\d+|1\.0+)$/m, (x: number) => x > 0.97],
    ['iris.ts', /^accuracy over all folds: (\d\.\d+)$/m, (x: number) => x >= 0.95],
    ['airfoil-mlp.ts', /^linear model +held-out loss (\d\.\d+),/m, (x: number) => x > 0.4 && x < 0.6],
    ['airfoil-mlp.ts', /^MLP +held-out loss (\d\.\d+),/m, (x: number) => x < 0.1],
    ['stream.ts', /^200000 rows, loss (0\.\d+),/m, (x: number) => x < 0.15],
    ['stream.ts', /^completed: (200000) rows in/m, (x: number) => x === 200000],
    ['stream.ts', /peak memory (\d+) MiB$/m, (x: number) => x < 500],
    ['csv.ts', /^held-out: 48 cars, r2 (\d\.\d+),/m, (x: number) => x > 0.9],
  ] as const) {
    if (name !== program) continue;
    const found = line.exec(stdout)?.[1];
    expect([line, found, good(Number(found))]).toEqual([line, found, true]);
    expect(files).toHaveLength(1);
  }
  if (name === 'adam.ts' || name === 'learning-rates.ts') {
    expect(files.length).toBeGreaterThan(0);
    for (const label of ['epoch', 'loss']) expect(files.join()).toContain(label);
  }
});
