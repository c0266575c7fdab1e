// A small disk of a test's own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs something on it. `lock` makes it read-only. */
export async function onSmallDisk(size: string, run: (disk: string, lock: () => void) => Promise<void>): Promise<void> {
  const disk = mkdtempSync(join(tmpdir(), 'adamas-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
  try {
    await run(disk, () => execFileSync('mount', ['-o', 'remount,ro', disk]));
  } finally {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  }
}
