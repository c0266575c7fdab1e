import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { compileBenchKernels } from '../harness/benchKernels.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundles of dist in the place of the module that finds them by address, and the kernels as bytes. */
const built: Plugin = {
  name: 'built',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/adamas\.mjs$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === `${root}bench/adamas.mjs` ? { path: 'adamas', namespace: 'built' } : undefined,
    );
    onResolve({ filter: /^bench\.wasm$/ }, () => ({ path: `${root}build/bench.wasm` }));
    onLoad({ filter: /.*/, namespace: 'built' }, () => ({
      contents: `export * from './dist/index.js';
        export { airfoil, csvBatches, parseCsv } from './dist/datasets.js';
        export { fit as fitInWorker } from './dist/worker.js';`,
      resolveDir: root,
    }));
  },
};

/** Bundles an entry of bench/ for hosts without files and packages. */
export async function bundleFor(entry: string, outfile: string, platform: 'node' | 'browser'): Promise<void> {
  writeFileSync(`${root}build/bench.wasm`, compileBenchKernels());
  await build({
    entryPoints: [`${root}bench/${entry}`],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform,
    external: ['node:*', 'bun:jsc'],
    loader: { '.wasm': 'binary' },
    plugins: [built],
    logLevel: 'error',
  });
}
