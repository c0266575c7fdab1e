import type { TestContext } from 'vitest';

/** Says at the end of the run what was left out because this machine lacks something. In CI it fails, as nothing may be left out there. */
export function lacking({ task }: TestContext, what: string): void {
  if (process.env.CI) throw new Error(`Left out in CI: ${what}`);
  task.meta.leftOut = what;
}
