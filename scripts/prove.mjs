// Runs a proof: `npm run prove -- <name> [--count n] [--seed n] [--write]`. Each is a program in test/prove that says what it proves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../test/prove');
// A proof reads its arguments; the other files of the folder are parts of proofs.
const names = readdirSync(folder)
  .map((file) => file.replace(/\.ts$/, ''))
  .filter(
    (name) =>
      existsSync(join(folder, `${name}.ts`)) &&
      readFileSync(join(folder, `${name}.ts`), 'utf8').includes(' = proofArguments('),
  );
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`npm run prove -- <name>, one of ${names.join(', ')}`);
  process.exit(1);
}
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const { status } = spawnSync(process.execPath, [tsx, join(folder, `${name}.ts`), ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);
