import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { rolldown } from 'rolldown';
import { entryPoints, expect, installed, project } from './project.mjs';

/**
 * Budgets in bytes, a few per cent above the measured sizes, so that growth is noticed. Two have lower goals:
 * 2,000,000 unpacked, 46,000 for the network. Programs are bundled and minified by esbuild, and gzipped with level 9, kernels included.
 */
const BUDGETS = {
  /** Every file of the installed package. */
  unpacked: 2_865_000,
  /** The program under "Train a network" of the README. */
  network: 56_100,
  /** One optimizer. */
  SGD: 17_600,
  /** All exports of the core. */
  adamas: 74_500,
  /** All exports of another entry point, beyond that. */
  'adamas/datasets': 38_200,
  'adamas/doctor': 10_300,
  'adamas/io': 15_500,
  'adamas/plot': 6_000,
  'adamas/tabular': 42_000,
  'adamas/worker': 54_700,
  'adamas/worker-thread': 2_200,
  /** Growth of the core where a page saves and loads models: all but the exports, readSafetensors and places that it does not import. */
  saving: 10_000,
  /** dist/kernels.wasm alone. */
  kernels: 18_400,
};

/** Names and messages, unchanged by minifying, that a bundle of SGD alone must not have. */
const ABSENT = [
  'exp_avg',
  'square_avg',
  'toleranceChange',
  'StepLR',
  'num_bad_epochs',
  'CosineAnnealingLR',
  'ExponentialMovingAverage',
  'halfSquaredError',
  'layerNorm',
  'batchNorm',
  'running_mean',
  'sequential',
  'customLayer',
  'lossAndGrad',
  'minimize',
  'fitSync',
];

const SGD = "export { SGD } from 'adamas';";
const PLOT = "export * from 'adamas/plot';";

/** Names that a bundle of plot alone, which has no Wasm, must not have either. */
const ABSENT_FROM_PLOT = ['WebAssembly', 'used after dispose', 'nodejs.util.inspect.custom'];

/** Checks of the package's size, and of the code that bundlers leave out. */
export const sizeChecks = {
  'size of the package': () => {
    const bytes = readdirSync(installed, { recursive: true })
      .map((name) => statSync(join(installed, name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    return within('unpacked', bytes);
  },
  "size of the README's network": () => within('network', size(networkProgram())),
  'size of one optimizer': () => within('SGD', size(SGD)),
  'size of each entry point': () => {
    const core = size("export * from 'adamas';");
    return entryPoints()
      .filter((entry) => entry !== 'adamas/distribute') // of Node alone: no page bundles it
      .map((entry) => {
        if (entry === 'adamas') return within(entry, core);
        return within(entry, size(`export * from 'adamas'; export * as entry from '${entry}';`) - core);
      })
      .join('; ');
  },
  'size of a page that saves and loads': () => {
    const core = "export * from 'adamas';";
    return within('saving', size(`${core} export { indexedDB, load, save } from 'adamas/io';`) - size(core));
  },
  'size of the kernels': () => within('kernels', gzipped(readFileSync(join(installed, 'dist/kernels.wasm')))),
  'one optimizer alone, by esbuild': () => expectWithout(ABSENT, 'SGD', bundle(SGD)),
  'plot alone, by esbuild': () => expectWithout([...ABSENT, ...ABSENT_FROM_PLOT], 'plot', bundle(PLOT)),
  'one optimizer alone, by Rolldown': async () => {
    const entry = { name: 'entry', load: (id) => (id === 'entry' ? SGD : null) };
    const resolve = {
      name: 'resolve',
      resolveId: (id) => (id === 'entry' ? id : id === 'adamas' ? join(installed, 'dist/index.js') : null),
    };
    const bundle = await rolldown({ input: 'entry', plugins: [resolve, entry] });
    const { output } = await bundle.generate({ format: 'esm', comments: false });
    expectWithout(ABSENT, 'SGD', output[0].code);
  },
};

/** The README's first program with `mlp`, as JavaScript. */
function networkProgram() {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  const [, program] =
    Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g)).find(([, code]) => code.includes('mlp({')) ?? [];
  expect(program, 'the README must have a program with mlp');
  return program;
}

function bundle(contents, options) {
  const stdin = { contents, loader: 'ts', resolveDir: project };
  const external = ['node:*', 'stream'];
  return buildSync({ stdin, external, bundle: true, format: 'esm', write: false, ...options }).outputFiles[0].text;
}

function size(program) {
  return gzipped(bundle(program, { minify: true }));
}

function gzipped(content) {
  return gzipSync(content, { level: 9 }).length;
}

function expectWithout(absent, name, code) {
  const core = bundle("export * from 'adamas';");
  for (const text of absent) {
    expect(core.includes(text), `the core must have '${text}', or this check is out of date`);
    expect(!code.includes(text), `a bundle of ${name} must not have '${text}'`);
  }
}

function within(name, bytes) {
  const budget = BUDGETS[name];
  expect(budget !== undefined, `${name} must have a budget in scripts/pack/size.mjs`);
  expect(bytes <= budget, `${name} must take at most ${budget} bytes, got ${bytes}`);
  return `${name} ${bytes} bytes of ${budget}`;
}
