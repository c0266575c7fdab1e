import { fillNormals } from '../random.mjs';
import type { Kernels } from './row.js';

/** An instance of kernels that no user calls by themselves. */
export function instantiate(bytes: BufferSource): Kernels {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const host = () => {
    throw new Error('Nothing here calls the host');
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, host } });
  const call = exports as Record<string, (...args: number[]) => number>;
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
