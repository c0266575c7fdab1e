import type { URLLike } from '../hostTypes.js';
import { checkOptions, show } from '../validate.js';
import { base, models, signature } from './binary.generated.js';
import { decode, explained, forbidden, inUse, newMemory, useKernels } from './kernels.js';
import { host, modelImports, useModelKernels } from './modelKernels.js';

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
    const modules = names[0]
      ? [await compileGiven(names[0], options)]
      : await Promise.all([base, models].map((characters) => WebAssembly.compile(decode(characters))));
    await useModules(memory, modules);
  } catch (cause) {
    throw inUse() ? cause : explained(cause);
  }
}

/**
 * Instantiates the kernels from one module that holds them all, or from two, of assembly/base.ts and assembly/models.ts.
 *
 * @throws Error when the kernels are already in use
 */
export async function useModules(
  memory: WebAssembly.Memory,
  [first, second]: readonly WebAssembly.Module[],
): Promise<void> {
  const made = await WebAssembly.instantiate(first!, { env: { memory, host } });
  const linked = second && (await WebAssembly.instantiate(second, { env: modelImports(memory, made.exports) }));
  assertUnused();
  useKernels(memory, first!, made);
  if (linked) useModelKernels(second, linked);
}

function assertUnused(): void {
  if (inUse()) {
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
