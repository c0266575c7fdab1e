// Builds everything: AssemblyScript to Wasm, the binary into a TypeScript module, one bundled file per entry point, types.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { minify as terser } from 'terser';
import { checkUnpublished, chosen, internals } from './internals.mjs';
import { leanLoader, leanParser } from './lean.mjs';
import { minifyBundle } from './minify.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

/** Runs a package's script with this Node, whatever the platform's shell. */
function run(script, ...args) {
  execFileSync(process.execPath, [join('node_modules', script), ...args], { stdio: 'inherit' });
}

mkdirSync('build', { recursive: true });
for (const target of ['debug', 'release'])
  run('assemblyscript/bin/asc.js', '--target', target, '--config', 'asconfig.json');

const kernels = readFileSync('build/release.wasm');
const exported = WebAssembly.Module.exports(new WebAssembly.Module(kernels))
  .filter(({ kind }) => kind === 'function')
  .map(({ name }) => name);
/** A custom section that says which kernels these are, by which `init` knows them: its kind, its length, and its name before its content. */
const mark = createHash('sha256').update(kernels).digest('hex').slice(0, 8);
const section = Buffer.from(`\0\x0f\x06adamas${mark}`);
writeFileSync('build/release.wasm', Buffer.concat([kernels, section]));

/**
 * A byte as a character of its own, or from 90 on as one of two characters that say so and its rest: on the wire that is a quarter smaller
 * than base64, because a byte stays a unit to gzip. Bytes are shifted by 4, so that 0xfd, the most frequent, is one of the former.
 * assembly/decode.ts reads it.
 */
const encode = (value) => String.fromCharCode(...(value < 90 ? [] : [124 + Math.floor(value / 90)]), 35 + (value % 90));
const binary = Array.from(readFileSync('build/release.wasm'), (byte) => encode((byte + 4) % 256)).join('');
const pages = String(Math.ceil(binary.length / 65_536));
run(
  ...['assemblyscript/bin/asc.js', 'assembly/decode.ts', '--config', 'none', '--outFile', 'build/decode.wasm'],
  ...['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', pages],
);
const decoder = readFileSync('build/decode.wasm', 'base64');
writeFileSync(
  'src/wasm/binary.generated.ts',
  `/** build/release.wasm, as scripts/build.mjs writes it */
export const binary =
  ${JSON.stringify(binary)};
/** build/decode.wasm, which reads it, in base64 */
export const decoder =
  '${decoder}';
/** What its custom section "adamas" holds. */
export const build = '${mark}';
/** The name of a function that it exports. */
export type KernelName =
  | ${exported.map((name) => `'${name}'`).join('\n  | ')};
`,
);

const enumOfOps = readFileSync('assembly/vm/opcodes.ts', 'utf8');
const ops = Array.from(enumOfOps.matchAll(/^ {2}(\w+),$/gm), ([, name]) => name);
writeFileSync(
  'src/wasm/op.generated.ts',
  `/** The ops by their numbers in an op list: those of assembly/vm/opcodes.ts */
export const Op = {
${ops.map((name, i) => `  ${name}: ${i},\n`).join('')}} as const;
/** The number of an op. */
export type Op = (typeof Op)[keyof typeof Op];
`,
);
/** The enum itself in place of that: a bundler knows its numbers, and leaves nothing of it. */
const numbersOfOps = {
  name: 'numbers-of-ops',
  setup: ({ onLoad }) => onLoad({ filter: /op\.generated\.ts$/ }, () => ({ contents: enumOfOps, loader: 'ts' })),
};

for (const made of ['dist', 'build/types']) rmSync(made, { recursive: true, force: true });
const entries = {
  index: 'src/index.ts',
  datasets: 'src/datasets.ts',
  doctor: 'src/doctor.ts',
  cli: 'src/cli/adamas.ts',
  worker: 'src/worker.ts',
  'worker-thread': 'src/worker-thread.ts',
};

/** Entry points share what is in another, kernels and classes above all: they import its file instead of holding a copy. */
const shareCore = {
  name: 'share-core',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.?\/(index|datasets|doctor)\.js$/ }, ({ path }) => ({
      path: `./${basename(path)}`,
      external: true,
    })),
};
/** The program of `adamas/worker`, as text inside of its caller's side; the kernels come from there, compiled. */
const withoutBinary = {
  name: 'without-binary',
  setup: ({ onLoad }) =>
    onLoad({ filter: /binary\.generated\.ts$/ }, () => ({
      contents: `export const binary = '', decoder = '', build = '${mark}';`,
    })),
};
/** The short names of internal properties, the same in every bundle, because they share objects: none that any of them has for something else. */
const { mangleCache } = await build({
  entryPoints: Object.values(entries),
  outdir: 'build/names',
  bundle: true,
  write: false,
  format: 'esm',
  mangleProps: internals,
  mangleCache: chosen,
  external: ['node:*', './program.generated.js'],
  plugins: [leanLoader, leanParser, numbersOfOps],
});
const thread = await build({
  entryPoints: [entries['worker-thread']],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  minify: true,
  mangleProps: internals,
  mangleCache,
  legalComments: 'none',
  plugins: [leanLoader, withoutBinary, numbersOfOps],
});
/** No bundler of a user's minifies a text again, and of what esbuild leaves terser makes 4 % less once gzipped. */
const { code: program } = await terser(thread.outputFiles[0].text, { ecma: 2022, toplevel: true });
writeFileSync(
  'src/worker/program.generated.ts',
  `/** src/worker-thread.ts, as scripts/build.mjs bundles it */\nexport const program: string =\n  ${JSON.stringify(program)};\n`,
);

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
for (const [name, entry] of Object.entries(entries)) {
  const outfile = `dist/${name}.js`;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minifySyntax: true,
    mangleProps: internals,
    mangleCache,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'inline',
    external: ['node:*'],
    plugins: [numbersOfOps, ...(name === 'index' ? [leanLoader] : [shareCore, leanParser])],
    // First the binary, whose characters are unlike a program's: gzip's blocks then begin with it, and the few it shares with code cost 400 bytes less.
    inject: name === 'index' ? ['src/wasm/binary.generated.ts'] : [],
  });
  await minifyBundle(outfile, manifest);
}

/** The types of an entry point, in one file as well: what is internal and not named by them stays out, half of the bytes. */
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
for (const name of Object.keys(entries).filter((name) => name !== 'cli')) {
  const bundle = await rollup({
    input: `build/types/${name}.d.ts`,
    external: name === 'index' ? [] : /\/index\.js$/,
    plugins: [dts()],
    onLog: (level, log, handler) => {
      // A base class that no user needs by its name; an entry point without exports.
      if (!log.message.includes('private shared type') && log.code !== 'EMPTY_BUNDLE') handler(level, log);
    },
  });
  const types = `dist/${name}.d.ts`;
  await bundle.write({ file: types, format: 'es', paths: () => './index.js' });
  checkUnpublished(types, readFileSync(types, 'utf8'));
}
copyFileSync('build/release.wasm', 'dist/kernels.wasm');
checkUnpublished('dist/kernels.wasm', exported.join(' '));
