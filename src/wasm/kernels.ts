import { instantiateSync } from '@assemblyscript/loader';
import { SimdUnsupportedError } from '../errors.js';
import { base, decoder, type KernelName } from './binary.generated.js';
import { noteMemory } from './views.js';

export type { KernelName };

/** An address in Wasm memory, in bytes. */
export type Pointer = number;

type NumericFunction = (...args: number[]) => number;

/** Functions of a module by their names; the contract of each kernel is written in assembly/. */
export type Functions<Name extends string> = Readonly<Record<Name, NumericFunction>>;

/** Exports of assembly/base.ts. */
export interface Kernels extends Functions<KernelName> {
  readonly table: WebAssembly.Table;
}

let instance: Kernels | undefined;
let wasmMemory: WebAssembly.Memory | undefined;
const indices = /* @__PURE__ */ new Map<KernelName, number>();

/** The modules in use, compiled. */
export const compiled: WebAssembly.Module[] = [];

/** The kernels of tensors and optimizers, instantiated at first use. */
export function kernels(): Kernels {
  if (instance === undefined) {
    const memory = newMemory();
    const made = instantiate(base, { memory });
    useKernels(memory, made.module, made.instance);
  }
  return instance!;
}

/** True once they are instantiated. */
export function inUse(): boolean {
  return instance !== undefined;
}

/** Makes these the kernels. */
export function useKernels(
  memory: WebAssembly.Memory,
  module: WebAssembly.Module,
  { exports }: WebAssembly.Instance,
): void {
  wasmMemory = memory;
  noteMemory(memory);
  compiled.push(module);
  instance = exports as unknown as Kernels;
}

/** The memory of the kernels. */
export function memoryOfKernels(): WebAssembly.Memory {
  kernels();
  return wasmMemory!;
}

/** Wasm memory as a view, which is empty once memory has grown, and its buffer: V8 takes longer to give a buffer than to run a small kernel. */
let bytes = new Uint8Array();
let buffer: ArrayBuffer;

/** The buffer of Wasm memory; replaced whenever memory grows. */
export function memoryBuffer(): ArrayBuffer {
  if (bytes.length === 0) {
    buffer = memoryOfKernels().buffer;
    bytes = new Uint8Array(buffer);
  }
  return buffer;
}

/** The index of an exported function in the function table, by which the op `stepTable` calls an optimizer's kernel. */
export function kernelIndex(name: KernelName): number {
  let index = indices.get(name);
  if (index === undefined) {
    const { table, [name]: kernel } = kernels();
    index = table.grow(1);
    table.set(index, kernel);
    indices.set(name, index);
  }
  return index;
}

/** Memory for the kernels: two pages at first. */
export function newMemory(): WebAssembly.Memory {
  if (typeof WebAssembly === 'undefined') throw new SimdUnsupportedError();
  return new WebAssembly.Memory({ initial: 2 });
}

/** The bytes of a module, from the characters that scripts/build/embedBinary.mjs wrote, by way of assembly/decode.ts. */
export function decode(characters: string): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (character) => character.charCodeAt(0)));
  const exports = new WebAssembly.Instance(module).exports as {
    memory: WebAssembly.Memory;
    decode(end: number): number;
  };
  const text = new Uint8Array(exports.memory.buffer);
  return text.slice(0, exports.decode(new TextEncoder().encodeInto(characters, text).written));
}

/** Compiles and instantiates a module from its characters. Throws an error that tells the way out, where there is one. */
export function instantiate(
  characters: string,
  env: WebAssembly.ModuleImports,
): { readonly module: WebAssembly.Module; readonly instance: WebAssembly.Instance } {
  try {
    // The loader's wrappers around the exports count the arguments of every call; these do not.
    return instantiateSync(decode(characters), { env });
  } catch (cause) {
    const error = explained(cause);
    if (error !== cause || !(cause instanceof RangeError && /disallowed/.test(cause.message))) throw error;
    const message = `This engine limits synchronous compiling: await init() before anything else of adamas (${cause})`;
    throw new Error(message, { cause });
  }
}

/** A module with a function that makes a v128. */
const SIMD = /* @__PURE__ */ new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** True if even an empty module (the first 8 bytes of any) cannot be compiled. */
export function forbidden(): boolean {
  try {
    return !new WebAssembly.Module(SIMD.slice(0, 8));
  } catch {
    return true;
  }
}

/** The error to throw when the kernels cannot be compiled: what to do about it, if that is known. */
export function explained(cause: unknown): unknown {
  if (!WebAssembly.validate(SIMD)) return new SimdUnsupportedError();
  if (!forbidden()) return cause;
  const message =
    "This page or host forbids compiling WebAssembly. Allow 'wasm-unsafe-eval' in script-src of its Content-Security-Policy, " +
    `or call init({ module }) with a compiled adamas/kernels.wasm before anything else of adamas (${cause})`;
  return new Error(message, { cause });
}
