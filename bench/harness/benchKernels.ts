import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The kernels that ship, and as kernels of their own the function that they have inlined and the machine's peak. */
const SOURCE = `
export * from '../assembly/testing';
export { peak_f32 } from '../assembly/linalg/peak';
import { exp } from '../assembly/simd/exp';
import { map } from '../assembly/nn/elementwise';

@final @unmanaged class Exp {
  @inline value(x: v128): v128 { return exp(x); }
}

export function exp_f32(y: usize, x: usize, n: usize): void {
  map<Exp>(y, x, n);
}
`;

/** That, compiled as the kernels are (asconfig.json); by a process of its own, as the compiler takes ten seconds to go through tsx. */
export function compileBenchKernels(): Uint8Array<ArrayBuffer> {
  const root = new URL('../../', import.meta.url);
  writeFileSync(new URL('build/bench.ts', root), SOURCE);
  const options =
    '--config none --runtime minimal --importMemory --enable simd --use abort= --noAssert --disableWarning 112 -O3s -o build/bench.wasm';
  execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', 'build/bench.ts', ...options.split(' ')], {
    cwd: fileURLToPath(root),
  });
  return new Uint8Array(readFileSync(new URL('build/bench.wasm', root)));
}
