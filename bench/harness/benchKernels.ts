import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Compiles bench/assembly as the kernels are (asconfig.json); by a process of its own, as the compiler takes ten seconds to go through tsx. */
export function compileBenchKernels(): Uint8Array<ArrayBuffer> {
  const root = new URL('../../', import.meta.url);
  const compiler = 'node_modules/assemblyscript/bin/asc.js';
  const options =
    '--config none --runtime minimal --importMemory --enable simd --use abort= --noAssert --disableWarning 112 -O3s -o build/bench.wasm';
  execFileSync(process.execPath, [compiler, 'bench/assembly/index.ts', ...options.split(' ')], {
    cwd: fileURLToPath(root),
  });
  return new Uint8Array(readFileSync(new URL('build/bench.wasm', root)));
}
