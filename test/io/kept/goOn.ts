// Goes on with every training of a folder in a process of its own: prints the digests of each.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../../../src/io.js';
import { again, cases, goOn, layers } from './cases.js';

const folder = process.argv[2]!;
const digests: Record<string, object> = {};
for (const name of readdirSync(folder))
  digests[name] = goOn(again(cases[name]!, await load(join(folder, name), { layers })));
console.log(JSON.stringify(digests));
