// The folders of the package's checks: a plain copy of the tree, and an empty project that the tarball is installed into.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const temp = mkdtempSync(join(tmpdir(), 'adamas-'));
export const copy = join(temp, 'copy');
export const project = join(temp, 'project');
export const installed = join(project, 'node_modules', 'adamas');

/** The path of the packed file. */
export function tarball() {
  return join(
    temp,
    readdirSync(temp).find((name) => name.endsWith('.tgz')),
  );
}

/** The entry point that is a program: it has no exports, and runs in a worker only. */
export const PROGRAM = 'adamas/worker-thread';

/** The entry points in TypeScript, by the names that users import: adamas, adamas/datasets... */
export function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  return Object.keys(exports)
    .filter((path) => exports[path].types)
    .map((path) => posix.join('adamas', path));
}

/** Output of a command. Throws when it fails. */
export function run(cwd, command, ...args) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the command of a development dependency of this repository, by its script. */
export function runTool(script, ...args) {
  return run(project, process.execPath, join(root, 'node_modules', script), ...args);
}

/** Writes a program into the project and runs it there. Returns its output. */
export function runProgram(name, text, ...flags) {
  write(name, text);
  return run(project, process.execPath, ...flags, name).trim();
}

export function write(name, text) {
  writeFileSync(join(project, name), text);
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
