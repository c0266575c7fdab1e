import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillNormals } from './random.js';

// Kernels that no user calls by themselves, called by themselves.

type Kernel = (...args: number[]) => number;

/** An instance of some kernels with a memory of its own. */
export interface Kernels {
  readonly call: Readonly<Record<string, Kernel>>;
  /** A new block of `length` normal numbers: its address. */
  normals(length: number, seed?: number): number;
  /** The floats at an address; good until the next allocation. */
  view(pointer: number, length: number): Float32Array;
}

function instantiate(bytes: Uint8Array<ArrayBuffer>): Kernels {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const host = () => {
    throw new Error('Nothing here calls the host');
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, host } });
  const call = exports as Record<string, Kernel>;
  const view = (pointer: number, length: number) => new Float32Array(memory.buffer, pointer, length);
  return {
    call,
    view,
    normals(length, seed) {
      const pointer = call.alloc!(4 * length) >>> 0;
      fillNormals(view(pointer, length), seed);
      return pointer;
    },
  };
}

/** The kernels that ship, with those exported that the package calls only from inside: build/testing.wasm. */
export function shipped(): Kernels {
  return load('../build/testing.wasm');
}

function load(file: string): Kernels {
  return instantiate(new Uint8Array(readFileSync(new URL(file, import.meta.url))));
}

/** bench/assembly, compiled as the kernels are (asconfig.json); by a process of its own, as the compiler takes ten seconds to go through tsx. */
export function benchOnly(): Kernels {
  const options =
    '--config none --runtime minimal --importMemory --enable simd --use abort= --noAssert --disableWarning 112 -O3s -o build/bench.wasm';
  execFileSync(
    process.execPath,
    ['node_modules/assemblyscript/bin/asc.js', 'bench/assembly/index.ts', ...options.split(' ')],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    },
  );
  return load('../build/bench.wasm');
}
