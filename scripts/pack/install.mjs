import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copy, expect, installed, project, root, run, tarball, temp, write } from './project.mjs';

/** Packing and installing, which every other check needs. */
export const installChecks = {
  'npm ci && npm pack, from a plain copy without git': () => {
    const left = /(^|\/)node_modules$|^\/(\.git|build|coverage|dist|out)$|\.generated\.ts$/;
    const filter = (path) => !left.test(path.slice(root.length).replaceAll('\\', '/'));
    cpSync(root, copy, { recursive: true, filter });
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
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(scripts === undefined, `npm must have no scripts to warn of, got ${Object.keys(scripts ?? {})}`);
    const { scripts: kept } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
    expect(kept?.build, 'packing must leave package.json as it was');
  },
};
