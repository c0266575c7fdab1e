// Doc comments name the thing first: none begins with a word that puts a clause in its place. Prints those that do, and fails if there are any.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const CLAUSE = /\/\*\*(?:\s|\*)*(?:@internal\s+)?(?:What|Whether|Where|How|That|Of|By)\b/g;

const FOLDERS = [
  'src',
  'assembly',
  'scripts',
  'bench',
  'test',
  'examples',
  'playground/src',
  'playground/test',
  'playground/scripts',
];

const found = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/\.generated\.ts$|node_modules/.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      return Array.from(text.matchAll(CLAUSE), ({ index }) => {
        const line = text.slice(0, index).split('\n').length;
        return `${path}:${line}: ${text.slice(index, index + 100).replace(/\s+/g, ' ')}`;
      });
    }),
);
console.log([...found, `${found.length} doc comments begin with a clause; none may`].join('\n'));
if (found.length > 0) process.exitCode = 1;
