// Every program in a docstring or document runs, prints what its comments say, and passes the type checker.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { documented, numbered, printed, typeErrors } from './documented.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = fileURLToPath(new URL('.generated/', import.meta.url));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

/** The blocks, each as a module: as it stands (for the type checker), and with its prints numbered (to run). */
const programs = documented(root).map((block, i) => {
  const name = `${block.place.replace(/[^\w]+/g, '-')}-${i}`;
  const [checked, run] = [`${directory}${name}.ts`, `${directory}${name}.run.ts`];
  writeFileSync(checked, `// ${block.place}\n${block.code}\nexport {};\n`);
  writeFileSync(run, `// ${block.place}\n${numbered(block.code)}\nexport {};\n`);
  return { ...block, checked, run };
});

// Files that they write stay there.
process.chdir(directory);

afterEach(() => {
  vi.restoreAllMocks();
});

it('finds the programs of docstrings and of the README', () => {
  const places = programs.map(({ place }) => place);
  expect(places.length).toBeGreaterThan(15);
  for (const file of ['src/optim/adam.ts', 'src/tensor.ts', 'src/train/fit.ts', 'README.md']) {
    expect(
      places.some((place) => place.startsWith(`${file}:`)),
      file,
    ).toBe(true);
  }
});

it('all of them pass the type checker', { timeout: 120_000 }, () => {
  expect(
    typeErrors(
      root,
      programs.map(({ checked }) => checked),
    ),
  ).toEqual([]);
});

describe('prints what its comments say', () => {
  it.each(programs.filter(({ runs }) => runs))('$place', { timeout: 60_000 }, async ({ code, run }) => {
    const calls = printed(code);
    const output = calls.map((): string[] => []);
    vi.spyOn(console, 'log').mockImplementation((call: number, ...values: unknown[]) => {
      output[call]!.push(oneLine(format(...values)));
    });
    // An adamas of its own, whose kernels nobody has used yet.
    vi.resetModules();
    await import(run);
    calls.forEach(({ expected }, i) => {
      if (expected === undefined) return;
      expect(output[i], `what line ${i + 1} of those that print gives`).toEqual([oneLine(expected)]);
    });
  });
});

/** The comment is on one line, where console.log may take several. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

describe('the extraction', () => {
  it('finds comments behind calls over several lines and inside of blocks, and numbers the calls', () => {
    const code = "console.log(\n  1,\n); // one\nif (x) { console.log(f(2), 'a'); } // two\nconsole.log();\n";
    expect(printed(code).map(({ expected }) => expected)).toEqual(['one', 'two', undefined]);
    expect(numbered(code)).toBe(
      "console.log(0, \n  1,\n); // one\nif (x) { console.log(1, f(2), 'a'); } // two\nconsole.log(2, );\n",
    );
  });
});
