import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { run } from './program.js';
import { report } from './report.js';

if (isMainThread) {
  const result = new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url)).once('message', resolve).once('error', reject);
  });
  await report(result);
} else parentPort.postMessage(await run());
