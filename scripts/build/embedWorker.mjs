import { writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** The worker gets the kernels compiled from the thread that starts it: its source carries none, nor the loader, which instantiates the others. */
const withoutKernels = (signature) => ({
  name: 'without-kernels',
  load: {
    filter: { id: /binary\.generated\.ts$|[\\/]@assemblyscript[\\/]loader[\\/]/ },
    handler: (path) =>
      path.endsWith('.ts')
        ? `export const base = '', models = '', decoder = '', signature = '${signature}';`
        : 'export const instantiateSync = undefined;',
  },
});

/**
 * Bundles the program of a worker into a string, which is started from a blob or by `eval: true`: no bundler of a user's has to find its file.
 *
 * @param {string} program - path of the program
 * @param {string} source - path of the module that exports the string
 * @param {string} signature - of the kernels, by which the worker knows those that it is given
 */
export async function embedWorker(program, source, signature) {
  const bundle = await rolldown({ input: program, platform: 'neutral', plugins: [withoutKernels(signature)] });
  // No user's bundler minifies a string, so this does; functions and classes keep the names that a stack trace shows.
  const { output } = await bundle.generate({
    format: 'iife',
    minify: { mangle: { keepNames: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  writeFileSync(
    source,
    `/** ${program}, bundled by scripts/build/embedWorker.mjs. */\nexport const source: string =\n  ${JSON.stringify(output[0].code)};\n`,
  );
}
