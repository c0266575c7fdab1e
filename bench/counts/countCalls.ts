// Counts the calls between JavaScript and the kernels. It has to be imported before anything of adamas.

/** Calls of the kernels since the last `reset`. */
export interface Counts {
  calls: number;
  /** Ops of the lists that `forward`, `lossAndGrad` and `step` ran. */
  ops: number;
  /** Bytes asked of the allocator in all, whether freed meanwhile or not. */
  bytes: number;
}

export const counts: Counts = { calls: 0, ops: 0, bytes: 0 };

export function reset(): void {
  Object.assign(counts, { calls: 0, ops: 0, bytes: 0 });
}

/** The exports that run a list, which is their second and third argument: where it begins and ends. */
const RUNS_LIST = ['forward', 'lossAndGrad', 'step'];

/** The number of ops from one address to another: an op is its number, its length in bytes, its arguments. */
function opsBetween(memory: WebAssembly.Memory, from: number, to: number): number {
  const words = new Uint32Array(memory.buffer);
  let ops = 0;
  for (let at = from; at < to; at += words[at / 4 + 1]!) ops++;
  return ops;
}

type Kernel = (...args: number[]) => number;

/** An instance's exports, whose functions count. */
function counting(exports: WebAssembly.Exports, memory: WebAssembly.Memory): WebAssembly.Exports {
  const originals = new Map<unknown, Kernel>();
  const wrapped = (name: string, kernel: Kernel): Kernel => {
    const counted: Kernel = (...args) => {
      counts.calls++;
      if (name === 'alloc') counts.bytes += args[0]!;
      if (RUNS_LIST.includes(name)) counts.ops += opsBetween(memory, args[1]! >>> 0, args[2]! >>> 0);
      return kernel(...args);
    };
    originals.set(counted, kernel);
    return counted;
  };
  const entries = Object.entries(exports).map(([name, value]) => {
    // The one that other kernels call, and JavaScript does not.
    if (name === 'runStep') return [name, value];
    if (typeof value === 'function') return [name, wrapped(name, value as Kernel)];
    if (!(value instanceof WebAssembly.Table)) return [name, value];
    // It takes functions of Wasm alone.
    const table = {
      grow: (by: number) => value.grow(by),
      set: (index: number, kernel: unknown) => value.set(index, originals.get(kernel) ?? kernel),
    };
    return [name, table];
  });
  return Object.fromEntries(entries);
}

const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  override readonly exports: WebAssembly.Exports;

  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    const memory = imports?.env?.memory;
    this.exports = memory instanceof WebAssembly.Memory ? counting(super.exports, memory) : super.exports;
  }
};
