// What the entry points beside the main one need of it, and nobody else: it stays out of the published types.
export { readOptions } from './train/readOptions.js';
export { kernelsModule } from './wasm/kernels.js';
