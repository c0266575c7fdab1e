import { fit } from 'adamas/worker';
import { run } from './program.js';
import { report } from './report.js';
import { survivesReload } from './saving.js';

report(survivesReload().then(async (saved) => ({ ...(await run({ worker: fit })), saved })));
