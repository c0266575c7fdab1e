import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copy, expect, installed, project, root, run, tarball, temp, write } from './project.mjs';

/** Packing and installing, which every other check stands on. */
export const installChecks = {
  'npm ci && npm pack, from a plain copy without git': () => {
    const left = new Set(['.git', 'node_modules', 'dist', 'build', 'out', 'coverage']);
    cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
    rmSync(join(copy, 'src/wasm/binary.generated.ts'), { force: true });
    run(copy, 'npm', 'ci');
    run(copy, 'npm', 'pack', '--pack-destination', temp);
    return basename(tarball());
  },
  'install into an empty project': () => {
    mkdirSync(project);
    write('package.json', '{ "name": "newcomer", "private": true, "type": "module" }');
    run(project, 'npm', 'install', '--no-audit', '--no-fund', tarball());
    const packages = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages.join() === 'adamas', `no other package must come along, got ${packages}`);
    const files = readdirSync(installed);
    for (const file of ['LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md'])
      expect(files.includes(file), `${file} is missing`);
  },
};
