import { fit } from 'adamas/worker';
import { run } from './program.js';
import { report } from './report.js';

await report(run({ worker: fit }));
