import { run } from './program.js';

run().then(postMessage);
