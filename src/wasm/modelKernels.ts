import { type ModelKernelName, models } from './binary.generated.js';
import { compiled, type Functions, instantiate, kernels, memoryOfKernels, type Pointer } from './kernels.js';

/** Operands of the op `host`: rows, x, y, weights, accumulate. */
type Operands = [rows: number, x: Pointer, y: Pointer, weights: Pointer, accumulate: number];

/** Exports of assembly/models.ts. */
export type ModelKernels = Functions<ModelKernelName>;

let instance: ModelKernels | undefined;
const hostFunctions = /* @__PURE__ */ new Map<number, (...operands: Operands) => number>();
let lastHostFunction = 0;

/** The kernels of models, datasets and fits, linked to those of `kernels()` at first use. */
export function modelKernels(): ModelKernels {
  if (instance === undefined) {
    const base = kernels();
    // `init` was given one module that holds them all.
    if ('train' in base) instance = base as unknown as ModelKernels;
    else {
      const made = instantiate(models, modelImports(memoryOfKernels(), base as unknown as WebAssembly.Exports));
      useModelKernels(made.module, made.instance);
    }
  }
  return instance!;
}

/** Makes these the kernels of models. */
export function useModelKernels(module: WebAssembly.Module, { exports }: WebAssembly.Instance): void {
  compiled.push(module);
  instance = exports as unknown as ModelKernels;
}

/** Imports of the module of assembly/models.ts: it works in the memory of assembly/base.ts, and its loop calls `runStep` there. */
export function modelImports(memory: WebAssembly.Memory, { runStep }: WebAssembly.Exports): WebAssembly.ModuleImports {
  return { memory, host, runStep: runStep! };
}

/** All kernels as they were compiled: what a worker instantiates. */
export function compiledKernels(): readonly WebAssembly.Module[] {
  modelKernels();
  return compiled;
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
export function host(id: number, ...operands: Operands): number {
  return hostFunctions.get(id)!(...operands);
}
