import { memoryUsage, SimdUnsupportedError, zeros } from '../index.js';
import { digest, RECORDED_DIGEST } from './digest.js';
import { type Engine, engineOf, MINIMUMS, newEnough } from './engine.js';
import { VERSION } from './version.js';

/** Findings of {@link doctor}. */
export interface Diagnosis {
  /** The version of adamas. */
  readonly version: string;
  readonly engine: Engine;
  /** True if WebAssembly has SIMD here. */
  readonly simd: boolean;
  /** Bytes in use by tensors, models and optimizers, and bytes that WebAssembly may have here (at most 4 GiB). */
  readonly memory: { readonly inUse: number; readonly limit: number };
  /** The SHA-256 that {@link digest} gives here; undefined when it could not run. */
  readonly digest: string | undefined;
  /** True if that is {@link RECORDED_DIGEST}. */
  readonly sameDigest: boolean;
  /** One sentence for each problem, with the way out; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Examines the host: engine, SIMD, memory and digest, which a bug report should contain. `npx adamas doctor` prints them.
 *
 * @example
 * ```ts
 * import { doctor } from 'adamas/doctor';
 * const { simd, sameDigest, problems } = await doctor();
 * console.log(simd, sameDigest, problems); // true true []
 * ```
 */
export async function doctor(): Promise<Diagnosis> {
  const engine = engineOf();
  const problems: string[] = [];
  let simd = true;
  let found: string | undefined;
  if (!newEnough(engine)) {
    problems.push(`${engine.name} ${engine.version} is too old: take ${MINIMUMS[engine.name]} or newer.`);
  }
  try {
    zeros([1]).dispose();
    found = await digest();
    if (found !== RECORDED_DIGEST) {
      problems.push('Training gives other bytes here than it should: please report this, with all of these lines.');
    }
  } catch (error) {
    simd = !(error instanceof SimdUnsupportedError);
    problems.push(String(error));
  }
  const memory = { inUse: memoryUsage(), limit: memoryLimit() };
  return { version: VERSION, engine, simd, memory, digest: found, sameDigest: found === RECORDED_DIGEST, problems };
}

/** Size in bytes of the largest WebAssembly memory that can be created here, found by halving from 4 GiB. It is released at once. */
function memoryLimit(): number {
  for (let pages = 65536; pages >= 1; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages }).buffer.byteLength;
    } catch {
      // Too large: try half of it.
    }
  }
  return 0;
}

/**
 * A diagnosis as lines to read.
 *
 * @param diagnosis - what {@link doctor} found
 */
export function report(diagnosis: Diagnosis): string {
  const { version, engine, simd, memory, digest: found, sameDigest, problems } = diagnosis;
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return [
    `adamas   ${version}`,
    `engine   ${engine.name} ${engine.version} (${engine.detail})`,
    `SIMD     ${simd ? 'yes' : 'no'}`,
    `memory   ${mib(memory.inUse)} in use, WebAssembly may have ${mib(memory.limit)}`,
    `digest   ${found ?? 'none'}`,
    `         ${sameDigest ? 'as recorded' : `not as recorded: ${RECORDED_DIGEST}`}`,
    ...problems.map((problem) => `problem  ${problem}`),
  ].join('\n');
}
