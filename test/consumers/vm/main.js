import vm from 'node:vm';
import { run } from './program.js';
import { useRealm } from './realm.js';
import { report } from './report.js';

useRealm(vm.runInNewContext('globalThis'));
await report(run());
