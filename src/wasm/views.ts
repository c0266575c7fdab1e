// Knows which arrays are views of Wasm memory, without the kernels: for code that may never instantiate them.

let memory: WebAssembly.Memory | undefined;

/** Notes the memory of the kernels. */
export function noteMemory(made: WebAssembly.Memory): void {
  memory = made;
}

/** True for a view of Wasm memory, which is emptied when memory grows. */
export function isWasmView(array: ArrayBufferView): boolean {
  return memory !== undefined && array.buffer === memory.buffer;
}

/** Description of an array that may be kept, for errors. */
export const KEPT_ARRAY =
  'be a Parameter, or an array outside Wasm memory (a view such as `.data` is emptied when memory grows)';
