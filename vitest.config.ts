import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The entry points of package.json, by their sources. */
const { exports } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as {
  exports: Record<string, { types?: string }>;
};
const alias = Object.entries(exports)
  .filter(([, { types }]) => types !== undefined)
  .map(([name, { types }]) => ({
    find: new RegExp(`^adamas${name.slice(1)}$`),
    replacement: path(types!.replace('./dist/', 'src/').replace('.d.ts', '.ts')),
  }));

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/setup/leftOut.ts'],
    setupFiles: ['test/setup/memory.ts'],
    // Each file gets a process, and with it Wasm memory, of its own.
    pool: 'forks',
    // All processors: by default one is kept for Vitest itself, half of two.
    maxWorkers: availableParallelism(),
    execArgv: ['--expose-gc'],
    testTimeout: 90_000,
  },
});
