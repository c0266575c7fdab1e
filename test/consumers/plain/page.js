import { run } from './program.js';
import { report } from './report.js';

report(run());
