import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { rollup } from 'rollup';
import { minify as terser } from 'terser';
import { entryPoints, expect, installed, project } from './project.mjs';

/** What the package has grown to, in bytes, so that it does not grow unnoticed: these go down, and up only for a measured gain that needs it. */
const LIMITS = {
  /** Every file of the installed package. */
  unpacked: 590_500,
  /** Each entry point, minified and gzipped; the first has the kernels inside. */
  adamas: 50_250,
  'adamas/doctor': 3_800,
  'adamas/datasets': 18_350,
  'adamas/worker': 30_200,
  'adamas/worker-thread': 2_200,
  /** The kernels alone, gzipped. */
  kernels: 15_700,
  /** One optimizer out of the package, minified and gzipped, without the kernels. */
  SGD: 6_144,
};

/** What a bundle of SGD alone must do without: by names and messages, which minifying leaves as they are. */
const ABSENT = [
  'exp_avg',
  'square_avg',
  'toleranceChange',
  'StepLR',
  'CosineAnnealingLR',
  'ExponentialMovingAverage',
  'halfSquaredError',
  'crossEntropy',
  'layerNorm',
  'batchNorm',
  'running_mean',
  'linear',
  'sequential',
  'customLayer',
  'lossAndGrad',
  'minimize',
  'fitSync',
  'Dataset',
];

const ENTRY = "export { SGD } from 'adamas';";

const bundlers = {
  esbuild: () => {
    const stdin = { contents: ENTRY, resolveDir: project };
    const { outputFiles } = buildSync({ stdin, bundle: true, format: 'esm', write: false });
    return outputFiles[0].text;
  },
  rollup: async () => {
    const bundle = await rollup({
      input: 'entry',
      plugins: [
        {
          name: 'newcomer',
          resolveId: (id) => (id === 'adamas' ? join(installed, 'dist/index.js') : id),
          load: (id) => (id === 'entry' ? ENTRY : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'es' });
    return output[0].code;
  },
};

/** How large it is, and what a bundler leaves out of it. */
export const sizeChecks = {
  'size of the package': () => {
    const bytes = readdirSync(installed, { recursive: true })
      .map((name) => statSync(join(installed, name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    return within('unpacked', bytes);
  },
  'size of each entry point': async () => {
    const found = [];
    for (const entry of entryPoints()) {
      const file = `${entry === 'adamas' ? 'index' : entry.slice(7)}.js`;
      found.push(within(entry, gzipped(await minify(read(file)))));
    }
    return found.join('; ');
  },
  'size of the kernels': () => within('kernels', gzipped(read('kernels.wasm'))),
};
for (const [name, bundle] of Object.entries(bundlers)) {
  sizeChecks[`one optimizer alone, by ${name}`] = async () => {
    // Without the kernels before it is minified: their characters would choose the names of variables.
    const code = await minify(withoutKernels(await bundle()));
    const core = read('index.js').toString();
    for (const text of ABSENT) {
      expect(core.includes(text), `the core must have '${text}', or this check is out of date`);
      expect(!code.includes(text), `a bundle of SGD must not have '${text}'`);
    }
    return within('SGD', gzipped(code));
  };
}

function read(name) {
  return readFileSync(join(installed, 'dist', name));
}

/** By terser, which webpack and Rollup's own plugin minify with. */
async function minify(code) {
  return (await terser(code.toString(), { ecma: 2022, module: true })).code;
}

/** A bundle without the strings that hold the kernels, by far the longest, and what decodes them, the one in base64. */
function withoutKernels(code) {
  const [kernels] = code.match(/(["'`])(?:\\.|(?!\1)[^\\]){20000,}\1/s);
  const [decoder] = code.match(/(["'`])AGFzbQ[\w+/=]+\1/);
  return code.replace(kernels, () => "''").replace(decoder, "''");
}

function gzipped(content) {
  return gzipSync(content, { level: 9 }).length;
}

function within(name, bytes) {
  const limit = LIMITS[name];
  expect(bytes <= limit, `${name} must take at most ${limit} bytes, got ${bytes}`);
  return `${name} ${bytes} bytes of ${limit}`;
}
