import { execFileSync } from 'node:child_process';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/**
 * Bundles the types of the entry points, without what is marked `@internal`. Those that several share are in chunks/.
 *
 * @param {Record<string, string>} entryPoints - path of the source by name
 * @param {string} dir - where to write
 */
export async function bundleTypes(entryPoints, dir) {
  // Only adamas/distribute may name types of Node.
  for (const project of ['tsconfig.build.json', 'tsconfig.distribute.json']) {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' });
  }
  const bundle = await rollup({
    input: Object.fromEntries(Object.keys(entryPoints).map((name) => [name, `build/types/${name}.d.ts`])),
    plugins: [dts()],
    onLog(level, log, handler) {
      // adamas/worker-thread is a program and exports nothing; a base class needs no name of its own.
      if (log.code !== 'EMPTY_BUNDLE' && !log.message.includes('private shared type')) handler(level, log);
    },
  });
  // Projects whose `lib` has no Symbol.dispose need it. A file without exports stays as it is.
  const banner = ({ exports }) => (exports.length > 0 ? '/// <reference lib="esnext.disposable" />' : '');
  await bundle.write({ dir, banner, format: 'es', chunkFileNames: 'chunks/[name].ts', minifyInternalExports: false });
  await bundle.close();
}
