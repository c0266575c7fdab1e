// Packs a plain copy of the tree, installs the tarball into an empty project and uses it there as a newcomer would. Prints a line a check.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const temp = mkdtempSync(join(tmpdir(), 'adamas-'));
const copy = join(temp, 'copy');
const project = join(temp, 'project');
const installed = join(project, 'node_modules', 'adamas');

const run = (cwd, command, ...args) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const expect = (condition, message) => {
  if (!condition) throw new Error(message);
};
const write = (name, text) => writeFileSync(join(project, name), text);

/** The bytes that the minified core entry may take, gzipped: what it has grown to, so that it does not grow unnoticed. */
const MAX_CORE_BYTES = 52_000;

/** Each returns what to print beside its name. */
const checks = {
  'npm ci && npm pack, from a plain copy without git': () => {
    const left = new Set(['.git', 'node_modules', 'dist', 'build', 'out', 'coverage']);
    cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
    rmSync(join(copy, 'src/wasm/binary.generated.ts'), { force: true });
    run(copy, 'npm', 'ci');
    run(copy, 'npm', 'pack', '--pack-destination', temp);
    return tarball();
  },
  'install into an empty project': () => {
    mkdirSync(project);
    write('package.json', '{ "name": "newcomer", "private": true, "type": "module" }');
    run(project, 'npm', 'install', '--no-audit', '--no-fund', join(temp, tarball()));
    const packages = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages.join() === 'adamas', `no other package must come along, got ${packages}`);
    const files = readdirSync(installed);
    for (const file of ['LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md'])
      expect(files.includes(file), `${file} is missing`);
  },
  'train the chapter': () => {
    write(
      'train.js',
      `import { Adam, fitSync, linear, sequential } from 'adamas';
      import { airfoil } from 'adamas/datasets';
      const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
      const optimizer = new Adam(model.parameters(), { lr: 0.01 });
      const options = { loss: 'halfSquaredError', optimizer, epochs: 2, batchSize: 10, logEvery: 100 };
      console.log(fitSync(model, airfoil(), options).losses.at(-1));`,
    );
    const loss = Number(run(project, 'node', 'train.js'));
    expect(loss > 0.24 && loss < 0.25, `the loss must be 0.24..., got ${loss}`);
    return `loss ${loss.toFixed(6)}`;
  },
  'adamas/kernels.wasm': () => {
    write(
      'wasm.js',
      `import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      import { init, tensor } from 'adamas';
      const module = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve('adamas/kernels.wasm'))));
      await init({ module });
      tensor([1]);
      console.log(WebAssembly.Module.imports(module).map(({ module, name }) => module + '.' + name).join());`,
    );
    const imports = run(project, 'node', 'wasm.js').trim();
    expect(imports === 'env.host,env.memory', `it must import host and memory only, got ${imports}`);
    return `imports ${imports}`;
  },
  types: () => {
    write(
      'types.ts',
      `import { Adam, type FitResult, fit, linear, parameter, sequential, type Tensor } from 'adamas';
      import { airfoil } from 'adamas/datasets';
      const model = sequential(linear(5, 1));
      const optimizer = new Adam(model.parameters(), { lr: 0.01, betas: [0.9, 0.99] });
      export const result: Promise<FitResult> = fit(model, airfoil(), { loss: 'halfSquaredError', optimizer });
      export const w: Tensor = parameter([1, 2]);
      // @ts-expect-error: no such option
      new Adam([parameter([1])], { learningRate: 1 });`,
    );
    const common = { strict: true, noEmit: true, types: [], target: 'es2022' };
    for (const lib of [
      ['es2022', 'dom'],
      ['esnext', 'dom'],
    ]) {
      for (const module of ['nodenext', 'preserve']) {
        const compilerOptions = { ...common, lib, module };
        write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['types.ts'] }));
        run(project, 'node', join(root, 'node_modules/typescript/bin/tsc'));
      }
    }
  },
  size: () => {
    const { code } = transformSync(readFileSync(join(installed, 'dist/index.js'), 'utf8'), {
      minify: true,
      format: 'esm',
    });
    const { length } = gzipSync(code, { level: 9 });
    expect(length <= MAX_CORE_BYTES, `the core entry must take at most ${MAX_CORE_BYTES} bytes, got ${length}`);
    return `${length} bytes of ${MAX_CORE_BYTES}, minified and gzipped, kernels included`;
  },
  'cold start': () => {
    write(
      'cold.js',
      `const start = performance.now();
      const { Adam, parameter } = await import('adamas');
      const w = parameter([1, 2]);
      const optimizer = new Adam([w]);
      w.grad.set([1, 1]);
      optimizer.step();
      console.log(performance.now() - start);`,
    );
    const times = Array.from({ length: 11 }, () => Number(run(project, 'node', 'cold.js'))).sort((a, b) => a - b);
    return `import to first step ${times[5].toFixed(1)} ms (median of ${times.length} processes)`;
  },
};

function tarball() {
  return readdirSync(temp).find((name) => name.endsWith('.tgz'));
}

try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      const note = check();
      console.log(`pass: ${name}${note ? ` (${note})` : ''}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`fail: ${name}\n${error.message}\n${error.stdout ?? ''}`);
      if (!existsSync(installed)) break;
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true });
}
