// A small disk of a test's own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { lacking } from '../lacking.js';

/** Runs something on it. `lock` makes it read-only. */
export async function onSmallDisk(
  context: TestContext,
  size: string,
  run: (disk: string, lock: () => void) => Promise<void>,
): Promise<void> {
  if (process.getuid?.() !== 0) return lacking(context, 'root, who may mount a small disk');
  const disk = mkdtempSync(join(tmpdir(), 'adamas-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
  try {
    await run(disk, () => execFileSync('mount', ['-o', 'remount,ro', disk]));
  } finally {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  }
}
