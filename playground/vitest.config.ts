import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 180_000,
    // Browsers of a machine with much else to do take their time.
    expect: { poll: { timeout: 30_000 } },
  },
});
