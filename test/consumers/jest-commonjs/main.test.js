import vm from 'node:vm';
import { fit } from 'adamas/worker';
import { run } from './program.js';
import { useRealm } from './realm.js';

test('trains here and in a worker, on arrays of any realm', async () => {
  useRealm(globalThis);
  useRealm(vm.runInNewContext('globalThis'));
  const result = await run({ worker: fit });
  // Jest's own output goes to stderr.
  process.stdout.write(`\n${JSON.stringify(result)}\n`);
});
