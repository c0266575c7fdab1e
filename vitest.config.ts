import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^adamas$/, replacement: path('src/index.ts') },
      { find: /^adamas\/datasets$/, replacement: path('src/datasets.ts') },
      { find: /^adamas\/doctor$/, replacement: path('src/doctor.ts') },
      { find: /^adamas\/worker$/, replacement: path('src/worker.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup/memory.ts'],
    // Each file gets a process, and with it Wasm memory, of its own.
    pool: 'forks',
    execArgv: ['--expose-gc'],
    testTimeout: 30_000,
  },
});
