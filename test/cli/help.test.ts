// The help, the documentation and the README say the same.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { help } from '../../src/cli/help.js';
import { type Name, OPTIONS } from '../../src/cli/options.js';
import { VERSION } from '../../src/doctor/version.js';
import { adamas, folder } from './command.js';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const names = Object.keys(COMMANDS) as Name[];

describe('the help', () => {
  it('is what the command prints alone, and offers the chapter first', () => {
    const { status, stdout, stderr } = adamas(folder(), []);
    expect([status, stdout, stderr]).toEqual([0, `${help()}\n`, '']);
    expect(stdout.split('\n')[0]).toContain('adamas chapter');
    for (const alias of ['help', '--help', '-h']) expect(adamas(folder(), [alias]).stdout).toBe(stdout);
  });

  it('lists all commands, and all options of each', () => {
    for (const name of names) {
      expect(help()).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      for (const [option, { commands }] of Object.entries(OPTIONS)) {
        expect(new RegExp(`^  --${option}(?![\\w-])`, 'm').test(help(name)), `${name} --${option}`).toBe(
          commands.includes(name),
        );
      }
    }
  });

  it.each(names)('of %s comes by help and --help', (name) => {
    const { status, stdout } = adamas(folder(), ['help', name]);
    expect([status, stdout]).toEqual([0, `${help(name)}\n`]);
    expect(adamas(folder(), [name, '--help']).stdout).toBe(stdout);
  });

  it('stands in docs/command.md and in the README, as it is', () => {
    const page = read('docs/command.md');
    for (const name of names) expect(page, name).toContain(`\`\`\`text\n${help(name)}\n\`\`\``);
    expect(page).toContain(`\`\`\`text\n${help()}\n\`\`\``);
    expect(read('README.md')).toContain(`\`\`\`text\n${help()}\n\`\`\``);
  });
});

it('prints the version', () => {
  for (const flag of ['--version', '-v']) expect(adamas(folder(), [flag]).stdout).toBe(`${VERSION}\n`);
});

it('runs the chapter to its last loss', () => {
  const { status, stdout } = adamas(folder(), ['chapter']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/epoch 0\.00, loss \d\.\d{6}\n/);
  expect(stdout).toMatch(/┤/);
  expect(stdout).toMatch(/\nloss: 0\.24\d{4}, 0\.\d{6} sec per epoch\n$/);
});
