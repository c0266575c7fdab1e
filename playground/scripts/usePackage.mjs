// Packs the package in the folder above, as it was built last, and installs the tarball here, as any user would. package.json does not name it: its
// hash changes with every build, and `npm ci` must not need it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const playground = fileURLToPath(new URL('..', import.meta.url));
const root = join(playground, '..');
if (!existsSync(join(root, 'dist/index.js')))
  throw new Error('The package is not built: run `npm run build` in the folder above');

const shell = process.platform === 'win32';
const npm = (...args) => execFileSync('npm', args, { encoding: 'utf8', shell });
const temp = mkdtempSync(join(tmpdir(), 'adamas-playground-'));
try {
  const [{ filename }] = JSON.parse(npm('pack', root, '--json', '--ignore-scripts', '--pack-destination', temp));
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--prefix',
    playground,
  ];
  npm('install', join(temp, filename), ...flags);
} finally {
  rmSync(temp, { recursive: true });
}
