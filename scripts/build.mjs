// Builds everything from a clean checkout: the kernels, the generated sources that carry them, the modules and types of dist.
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernels } from './build/assemblyScript.mjs';
import { embedBinaries } from './build/embedBinary.mjs';
import { embedWorker } from './build/embedWorker.mjs';
import { entryPoints } from './build/entryPoints.mjs';
import { generate } from './build/generate.mjs';
import { bundleModules } from './build/modules.mjs';
import { bundleTypes } from './build/types.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// 1. AssemblyScript to WebAssembly: the ops, exports and struct layouts that follow from its sources; then what the package calls, and what its
// tests and benches call besides.
generate();
compileKernels();

// 2. The sources that are written by this build.
const signature = embedBinaries('src/wasm/binary.generated.ts');
await embedWorker('src/worker-thread.ts', 'src/worker/source.generated.ts', signature);

// 3. One module and one file of types for each entry point of package.json, with what they share in dist/chunks.
rmSync('dist', { recursive: true, force: true });
await bundleModules(entryPoints(), 'dist');
await bundleTypes(entryPoints(), 'dist');
copyFileSync('build/release.wasm', 'dist/kernels.wasm');
