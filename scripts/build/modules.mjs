import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { rolldown } from 'rolldown';

/** A docstring on lines of its own. */
const DOCSTRING = /^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*$/gm;

/** Generated modules are strings of tens of kilobytes: source maps do without them. */
const unmapped = {
  name: 'unmapped',
  load: {
    filter: { id: /(binary|source)\.generated\.ts$/ },
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
    // Of a library that has both, the ES module; of one that has only CommonJS, that.
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

/**
 * Makes the source maps of a folder half as large: one entry per line, which is all that a stack trace needs, and sources without their docstrings,
 * which the modules have. Lines keep their numbers.
 */
function shrinkMaps(dir) {
  for (const name of readdirSync(dir, { recursive: true }).filter((one) => one.endsWith('.map'))) {
    const path = join(dir, name);
    const map = JSON.parse(readFileSync(path, 'utf8'));
    map.mappings = encode(decode(map.mappings).map((line) => line.slice(0, 1)));
    map.sourcesContent = map.sourcesContent?.map(
      (text) => text?.replace(DOCSTRING, (lines) => lines.replace(/[^\n]/g, '')) ?? text,
    );
    writeFileSync(path, JSON.stringify(map));
  }
}
