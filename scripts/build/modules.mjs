import { readFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { shrinkMaps } from './shrinkMaps.mjs';

/** Source maps do without strings of tens of kilobytes, and without libraries: they are JavaScript already, and the modules have it as it is. */
const unmapped = {
  name: 'unmapped',
  load: {
    filter: { id: /(binary|source)\.generated\.ts$|\.data\.ts$|[\\/]node_modules[\\/]/ },
    handler: (path) => ({ code: readFileSync(path, 'utf8'), map: { mappings: '' } }),
  },
};

/**
 * Bundles the entry points and the command into readable ES modules with source maps that hold the sources. Modules that several share are in
 * chunks/, where the embedded kernels are a file of their own.
 *
 * @param {Record<string, string>} entryPoints - path of the source by name
 * @param {string} dir - where to write
 */
export async function bundleModules(entryPoints, dir) {
  const bundle = await rolldown({
    // The command, and the job that its workers load.
    input: { ...entryPoints, cli: 'src/cli/adamas.ts', compareJob: 'src/cli/compareJob.ts' },
    external: [/^node:/, 'stream', 'bullmq'],
    plugins: [unmapped],
    // The ES module of a library that has both kinds, the CommonJS of one that has only that.
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'] },
  });
  await bundle.write({
    dir,
    format: 'esm',
    sourcemap: true,
    minifyInternalExports: false,
    chunkFileNames: ({ name }) => `chunks/${name === 'src' ? 'core' : name}.js`,
    codeSplitting: {
      groups: [
        { name: 'binary', test: /binary\.generated/, priority: 1 },
        { name: 'core', test: /src\/index\.ts$/ },
        // Else it would be with CSV, and who loads a chunk for a sample table would load that.
        { name: 'buildDataset', test: /src\/data\/buildDataset\.ts$/ },
      ],
    },
  });
  await bundle.close();
  shrinkMaps(dir);
}
