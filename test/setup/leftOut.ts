import type { Reporter, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** Tests that this machine cannot run: see test/lacking.ts. */
    leftOut?: string;
  }
}

/** Lists below all results what was left out. */
export default class LeftOut implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { leftOut } = test.meta();
        if (leftOut) console.warn(`LEFT OUT: ${leftOut} (${module.relativeModuleId})`);
      }
    }
  }
}
