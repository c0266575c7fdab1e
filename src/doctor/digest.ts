import { fitSync } from '../index.js';
import { type Fit, program } from './selfTest.js';

/** Result of `digest` on every engine. It changes only with an entry under **Numbers** in the changelog. */
export const RECORDED_DIGEST = 'b73e0c2973123e50f61fde8d8d3325f2e5812515f5499a13da3405490654ecca';

/**
 * Hashes the results of a seeded program that trains some of everything (the chapter "Adam" by each optimizer, networks with every
 * layer, loss and schedule, LBFGS): the SHA-256 of all parameters, states and losses is the same on every engine, whichever `fit` trains. It takes
 * about half a second.
 *
 * @param options - `fit` is the function that trains: `fitSync` (the default), `fit`, or the `fit` of `adamas/worker`
 * @returns 64 hexadecimal digits
 * @throws Error where there is no WebCrypto, which is on pages served by neither https nor localhost
 * @example
 * ```ts
 * import { digest, RECORDED_DIGEST } from 'adamas/doctor';
 * console.log((await digest()) === RECORDED_DIGEST); // true
 * ```
 */
export async function digest(options: { readonly fit?: Fit } = {}): Promise<string> {
  // The types say that it is always there.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) {
    throw new Error('digest: this page has no WebCrypto to hash with; serve it by https or from localhost');
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await program(options.fit ?? fitSync, (name, value) => write(parts, name, value));
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Plain data as bytes: every number, string and array behind its path; numbers as little-endian float64, typed arrays as they are. */
function write(parts: Uint8Array<ArrayBuffer>[], path: string, value: unknown): void {
  const add = (kind: string, bytes: Uint8Array<ArrayBuffer>) => {
    parts.push(new TextEncoder().encode(`${path} ${kind} ${bytes.length}\n`), bytes);
  };
  if (typeof value === 'number') {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, value, true);
    add('number', new Uint8Array(bytes.buffer));
  } else if (ArrayBuffer.isView(value)) {
    add(value.constructor.name, new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice());
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      write(parts, `${path}.${key}`, item);
    }
  } else {
    add(typeof value, new TextEncoder().encode(String(value)));
  }
}
