import { instantiateSync } from '@assemblyscript/loader';
import { SimdUnsupportedError } from '../errors.js';
import type { URLLike } from '../hostTypes.js';
import { checkOptions, show } from '../validate.js';
import { binary, decoder, type KernelName, signature } from './binary.generated.js';
import { noteMemory } from './views.js';

export type { KernelName };

/** An address in Wasm memory, in bytes. */
export type Pointer = number;

type NumericFunction = (...args: number[]) => number;

/** Operands of the op `host`: rows, x, y, weights, accumulate. */
type Operands = [rows: number, x: Pointer, y: Pointer, weights: Pointer, accumulate: number];

/** Exports of assembly/index.ts; the contract of each kernel is written in assembly/. */
export interface Kernels extends Readonly<Record<KernelName, NumericFunction>> {
  readonly table: WebAssembly.Table;
}

let instance: Kernels | undefined;
let compiled: WebAssembly.Module | undefined;
let wasmMemory: WebAssembly.Memory | undefined;
const indices = /* @__PURE__ */ new Map<KernelName, number>();
const hostFunctions = /* @__PURE__ */ new Map<number, (...operands: Operands) => number>();
let lastHostFunction = 0;

/** The kernels, instantiated at first use. */
export function kernels(): Kernels {
  return instance ?? instantiate();
}

/** The kernels as they were compiled: what a worker instantiates. */
export function kernelsModule(): WebAssembly.Module {
  if (compiled === undefined) kernels();
  return compiled!;
}

/** Wasm memory as a view, which is empty once memory has grown, and its buffer: V8 takes longer to give a buffer than to run a small kernel. */
let bytes = new Uint8Array();
let buffer: ArrayBuffer;

/** The buffer of Wasm memory; replaced whenever memory grows. */
export function memoryBuffer(): ArrayBuffer {
  if (bytes.length === 0) {
    if (wasmMemory === undefined) kernels();
    buffer = wasmMemory!.buffer;
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

/**
 * A function that the op `host` calls, with its owner: x is its operand; y and weights (0 for none) are those of the current rows;
 * `accumulate` is 1 where parameter gradients are added to. Returns the mean loss of the rows; 0 from a layer.
 */
export type HostFunction<Owner> = (
  owner: Owner,
  rows: number,
  x: Pointer,
  y: Pointer,
  weights: Pointer,
  accumulate: number,
) => number;

/**
 * Makes a function known to op lists by its number, until `dispose`. The owner is held weakly: its callbacks may know the model, which would
 * never be collected otherwise. The function itself must not refer to it.
 */
export function registerHost<Owner extends object>(
  owner: Owner,
  callback: HostFunction<Owner>,
): { readonly id: number; dispose(): void } {
  const id = ++lastHostFunction;
  const held = weakly(owner);
  hostFunctions.set(id, (rows, x, y, weights, accumulate) =>
    callback(held.deref()!, rows, x >>> 0, y >>> 0, weights >>> 0, accumulate),
  );
  return { id, dispose: () => hostFunctions.delete(id) };
}

/** A weak reference; a strong one where the host has none. A function of its own, so that no closure above captures the owner. */
function weakly<Owner extends object>(owner: Owner): { deref(): Owner | undefined } {
  return typeof WeakRef === 'undefined' ? { deref: () => owner } : new WeakRef(owner);
}

/** The function that the module imports: calls a registered host function. */
function host(id: number, ...operands: Operands): number {
  return hostFunctions.get(id)!(...operands);
}

/** Source of the kernels: one of a compiled module, the address of `kernels.wasm`, or its bytes. */
export interface KernelSource {
  /** A compiled `adamas/kernels.wasm`, a `WebAssembly.Module`, for hosts that forbid compiling at run time. */
  readonly module?: object | undefined;
  /** The address of `adamas/kernels.wasm`, which is fetched; its MIME type does not matter. */
  readonly url?: string | URLLike | undefined;
  /** The bytes of `adamas/kernels.wasm`. */
  readonly bytes?: ArrayBuffer | ArrayBufferView<ArrayBuffer> | undefined;
}

/**
 * Instantiates the kernels ahead of their first use. Nothing needs it, except hosts that forbid compiling at run time (pass a `module`)
 * or limit what may be compiled synchronously, as older versions of Chrome do outside of workers.
 *
 * @param options - where the kernels come from; the copy inside the package when left out
 * @throws TypeError when more than one source is given, or one of the wrong kind; RangeError when it does not give the kernels of this
 *   version; Error when the kernels are already in use, or the host forbids compiling; SimdUnsupportedError
 * @example
 * ```ts
 * import { init, tensor } from 'adamas';
 * await init();
 * console.log(tensor([1, 2, 3]).size); // 3
 * ```
 */
export async function init(options: KernelSource = {}): Promise<void> {
  const sources = ['module', 'url', 'bytes'] as const;
  checkOptions('init', options, sources);
  const names = sources.filter((name) => options[name] !== undefined);
  if (names.length > 1) throw new TypeError(`init: expected one of module, url and bytes, got ${names.join(' and ')}`);
  assertUnused();
  const memory = newMemory();
  try {
    const module = names[0] ? await compileGiven(names[0], options) : await WebAssembly.compile(decode());
    const made = await WebAssembly.instantiate(module, importsOf(memory));
    assertUnused();
    use(memory, module, made);
  } catch (cause) {
    throw instance === undefined ? explained(cause) : cause;
  }
}

function assertUnused(): void {
  if (instance !== undefined) {
    throw new Error('init: the kernels are already in use; call init once, before anything else of adamas');
  }
}

/** Compiles the source given to `init`. Throws unless it is the kernels of this version. */
async function compileGiven(
  name: keyof KernelSource,
  { module, url, bytes }: KernelSource,
): Promise<WebAssembly.Module> {
  let got = show(module ?? bytes);
  let cause: unknown;
  try {
    if (url !== undefined) {
      got = String(url);
      const response = await fetch(url as string | URL);
      got = `status ${response.status} and ${response.headers.get('content-type')} from ${url}`;
      bytes = await response.arrayBuffer();
    }
    const given = (module as WebAssembly.Module | undefined) ?? (await WebAssembly.compile(bytes!));
    const [mark] = WebAssembly.Module.customSections(given, 'adamas');
    if (mark && new TextDecoder().decode(mark) === signature) return given;
    cause = 'another module, or that of another version';
  } catch (error) {
    cause = error;
  }
  if (forbidden()) throw cause;
  const Kind = url === undefined && cause instanceof TypeError ? TypeError : RangeError;
  throw new Kind(
    `init: ${name} must be adamas/kernels.wasm of this version, got ${got} (${cause}). Take dist/kernels.wasm of the installed package, whole`,
    { cause },
  );
}

/** The bytes of the kernels, from the characters that scripts/build/embedBinary.mjs wrote, by way of assembly/decode.ts. */
function decode(): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (character) => character.charCodeAt(0)));
  const exports = new WebAssembly.Instance(module).exports as {
    memory: WebAssembly.Memory;
    decode(end: number): number;
  };
  const text = new Uint8Array(exports.memory.buffer);
  return text.slice(0, exports.decode(new TextEncoder().encodeInto(binary, text).written));
}

function instantiate(): Kernels {
  const memory = newMemory();
  try {
    // The loader's wrappers around the exports count the arguments of every call; these do not.
    const made = instantiateSync(decode(), importsOf(memory));
    return use(memory, made.module, made.instance);
  } catch (cause) {
    const error = explained(cause);
    if (error !== cause || !(cause instanceof RangeError)) throw error;
    const message = `This engine limits synchronous compiling: await init() before anything else of adamas (${cause})`;
    throw new Error(message, { cause });
  }
}

function newMemory(): WebAssembly.Memory {
  if (typeof WebAssembly === 'undefined') throw new SimdUnsupportedError();
  return new WebAssembly.Memory({ initial: 2 });
}

function importsOf(memory: WebAssembly.Memory) {
  return { env: { memory, host } };
}

function use(memory: WebAssembly.Memory, module: WebAssembly.Module, { exports }: WebAssembly.Instance): Kernels {
  wasmMemory = memory;
  noteMemory(memory);
  compiled = module;
  instance = exports as unknown as Kernels;
  return instance;
}

/** A module with a function that makes a v128. */
const SIMD = /* @__PURE__ */ new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** True if even an empty module (the first 8 bytes of any) cannot be compiled. */
function forbidden(): boolean {
  try {
    return !new WebAssembly.Module(SIMD.slice(0, 8));
  } catch {
    return true;
  }
}

/** The error to throw when the kernels cannot be compiled: what to do about it, if that is known. */
function explained(cause: unknown): unknown {
  if (!WebAssembly.validate(SIMD)) return new SimdUnsupportedError();
  if (!forbidden()) return cause;
  const message =
    "This page or host forbids compiling WebAssembly. Allow 'wasm-unsafe-eval' in script-src of its Content-Security-Policy, " +
    `or call init({ module }) with a compiled adamas/kernels.wasm before anything else of adamas (${cause})`;
  return new Error(message, { cause });
}
