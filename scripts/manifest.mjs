// Prepares package.json for publishing: `strip` (before packing) removes scripts and devDependencies, `restore` (after it) puts them back.
// Without scripts npm has nothing to warn about in a project that installs the package.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const kept = 'build/package.json';

if (process.argv[2] === 'strip') {
  mkdirSync('build', { recursive: true });
  copyFileSync('package.json', kept);
  const { scripts, devDependencies, ...published } = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync('package.json', `${JSON.stringify(published, null, 2)}\n`);
} else if (process.argv[2] === 'restore') {
  renameSync(kept, 'package.json');
} else {
  throw new Error('Usage: node scripts/manifest.mjs strip|restore');
}
