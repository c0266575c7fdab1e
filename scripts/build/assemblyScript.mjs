import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The targets of asconfig.json, and the file of assembly/ whose exports are theirs. */
const TARGETS = { release: 'index', base: 'base', models: 'models', testing: 'testing' };

/** Runs the AssemblyScript compiler with this Node. */
export function asc(...args) {
  execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...args], { stdio: 'inherit' });
}

/**
 * Compiles the kernels: build/release.wasm has what the package calls, build/base.wasm and build/models.wasm the same in two, build/testing.wasm has
 * what its tests and benches call besides. Does nothing where neither sources nor compiler have changed since the last time.
 */
export function compileKernels() {
  const stamp = digestOfSources();
  if (existsSync('build/kernels.stamp') && readFileSync('build/kernels.stamp', 'utf8') === stamp) return;
  rmSync('build', { recursive: true, force: true });
  mkdirSync('build');
  for (const [target, surface] of Object.entries(TARGETS)) asc(`assembly/${surface}.ts`, '--target', target);
  signKernels();
  writeFileSync('build/kernels.stamp', stamp);
}

/** A digest of all that the kernels are made from. */
function digestOfSources() {
  const assembly = readdirSync('assembly', { recursive: true }).map((name) => `assembly/${name.replaceAll('\\', '/')}`);
  const sources = assembly.filter((path) => path.endsWith('.ts')).sort();
  const hash = createHash('sha256');
  for (const path of ['asconfig.json', 'node_modules/assemblyscript/package.json', ...sources])
    hash.update(`${path}\n`).update(readFileSync(path));
  return hash.digest('hex');
}

/**
 * Appends a custom section "adamas" to release and testing, those that `init` can be given: 8 hex digits of the release's SHA-256, by which it knows
 * the kernels of its version.
 */
function signKernels() {
  const signature = createHash('sha256').update(readFileSync('build/release.wasm')).digest('hex').slice(0, 8);
  // Kind 0 (custom), 15 bytes: the name with its length, and the content.
  const section = Buffer.from(`\0\x0f\x06adamas${signature}`);
  for (const path of ['build/release.wasm', 'build/testing.wasm']) {
    writeFileSync(path, Buffer.concat([readFileSync(path), section]));
  }
}
