// Runs a proof: `npm run prove -- <name> [--count n] [--seed n] [--write]`. Each proof is a program in test/prove, whose first comment describes it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../test/prove');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && readFileSync(join(folder, file), 'utf8').includes('= proofArguments('))
  .map((file) => file.slice(0, -3));
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`npm run prove -- <name>, one of ${names.join(', ')}`);
  process.exit(1);
}
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const { status } = spawnSync(process.execPath, [tsx, join(folder, `${name}.ts`), ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);
