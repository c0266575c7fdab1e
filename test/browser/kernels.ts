// Stands in for src/wasm/kernels.ts and test/testingKernels.ts where the tests of kernels run in a browser.
import bytes from '../../build/testing.wasm';
import type { TestingKernels } from '../testingKernels.js';

const memory = new WebAssembly.Memory({ initial: 2 });
const host = () => 0;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, host } });

export const kernels = (): TestingKernels => exports as unknown as TestingKernels;
export const memoryBuffer = (): ArrayBuffer => memory.buffer;
