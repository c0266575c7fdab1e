// Stands in for src/wasm/kernels.ts where the tests of kernels run in a browser: the package's own kernels.wasm, from its bytes.
import bytes from '../../dist/kernels.wasm';
import type { Kernels } from '../../src/wasm/kernels.js';

const memory = new WebAssembly.Memory({ initial: 2 });
const host = () => 0;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, host } });

export const kernels = (): Kernels => exports as unknown as Kernels;
export const memoryBuffer = (): ArrayBuffer => memory.buffer;
