// Stands in for src/wasm/kernels.ts and test/kernels/testing.ts where the tests of kernels run in a browser.
import bytes from '../../build/testing.wasm';
import type { KernelName } from '../kernels/testing.js';

const memory = new WebAssembly.Memory({ initial: 2 });
const host = () => 0;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, host } });

export const kernels = () => exports as unknown as Readonly<Record<KernelName, (...args: number[]) => number>>;
export const memoryBuffer = (): ArrayBuffer => memory.buffer;
