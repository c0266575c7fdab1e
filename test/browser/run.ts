// The program of the page: runs bundled test files by vitest's runner and reports what passed, and each failure by its name.
import { startTests, type VitestRunner } from '@vitest/runner';

type Task =
  | Awaited<ReturnType<typeof startTests>>[number]
  | Awaited<ReturnType<typeof startTests>>[number]['tasks'][number];

/** Runs test files, given by their paths and what imports each. */
export async function runTests(files: Readonly<Record<string, () => Promise<unknown>>>) {
  const config = {
    ...{ root: '/', setupFiles: [], testTimeout: 60_000, hookTimeout: 60_000, retry: 0, maxConcurrency: 1, tags: [] },
    sequence: { shuffle: false, concurrent: false, seed: 1, hooks: 'stack', setupFiles: 'list' },
  };
  const runner = { config, importFile: (path: string) => files[path.replace(/^\/+/, '')]!() };
  const done = await startTests(
    Object.keys(files).map((path) => `/${path}`),
    runner as unknown as VitestRunner,
  );
  let passed = 0;
  const failed: string[] = [];
  const visit = (task: Task, names: string): void => {
    const name = `${names} > ${task.name}`;
    for (const { message } of task.result?.errors ?? []) failed.push(`${name}\n${message}`);
    if ('tasks' in task) for (const one of task.tasks) visit(one, name);
    else if (task.result?.state === 'pass') passed++;
    else if (task.result?.errors === undefined && task.mode === 'run') failed.push(`${name}\ndid not run`);
  };
  for (const file of done) visit(file, file.filepath);
  return { passed, failed };
}
