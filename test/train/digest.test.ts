// The same bytes in every Node: digest-program.mjs in child processes.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { lacking } from '../lacking.js';

/** Of the seeded run in digest-program.mjs. It changes only with an entry in the changelog. */
const DIGEST = '361ac0829e85b408b3286d7f097dc71eca60c43cd170d87bb9ce1a4f526a08ba';

const run = promisify(execFile);
const program = fileURLToPath(new URL('digest-program.mjs', import.meta.url));

function expectDigest(stdout: string, major: string): void {
  const [version, digest] = stdout.trim().split(' ');
  expect(version).toMatch(new RegExp(`^v${major}\\.`));
  expect(digest).toBe(DIGEST);
}

it('the program’s dist is built', () => {
  expect(existsSync(new URL('../../dist/index.js', import.meta.url)), 'run npm run build first').toBe(true);
});

it('has the recorded digest in this Node', async () => {
  const { stdout } = await run(process.execPath, [program]);
  expectDigest(stdout, process.versions.node.split('.')[0]!);
});

it('has the recorded digest by the optimizing compiler alone, and by the baseline compiler alone', async () => {
  for (const flags of [['--no-liftoff'], ['--liftoff', '--no-wasm-tier-up']]) {
    const { stdout } = await run(process.execPath, [...flags, program]);
    expectDigest(stdout, process.versions.node.split('.')[0]!);
  }
});

const others = ['20', '22', '24'].filter((major) => major !== process.versions.node.split('.')[0]);

it.concurrent.each(others)('has the recorded digest in Node %s', { timeout: 180_000 }, async (major) => {
  const npx = (...args: string[]) =>
    run('npx', ['-y', `node@${major}`, ...args], { shell: process.platform === 'win32' });
  try {
    await npx('--version');
  } catch (error) {
    lacking(
      `Node ${major}, to hold the digest of a seeded run against it (npx could not fetch it: ${String(error).split('\n')[0]})`,
    );
    return;
  }
  const { stdout } = await npx(program);
  expectDigest(stdout, major);
});
