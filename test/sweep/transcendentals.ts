// The functions of assembly/simd, compiled by themselves: in the shipped binary they are inlined into the kernels that use them.
import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { erf } from '../reference/activations.js';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');

export interface Transcendental {
  /** Its name and file in assembly/simd. */
  readonly name: string;
  readonly file: string;
  /** In float64, within 1 ulp of that. */
  readonly reference: (x: number) => number;
  /** Its maximum error in float32 ulp over all float32 numbers of its domain, as test/sweep/run.ts measured it. */
  readonly max: number;
  /** Place of that error. */
  readonly at: number;
  readonly domain: (x: number) => boolean;
}

const everywhere = () => true;

export const transcendentals: readonly Transcendental[] = [
  { name: 'exp', file: 'exp', reference: Math.exp, max: 1.0063, at: -5.84202576, domain: everywhere },
  {
    name: 'expm1Negative',
    file: 'exp',
    reference: Math.expm1,
    max: 1.0317,
    at: -0.285479069,
    domain: (x) => !(x > 0 || Object.is(x, -0)),
  },
  { name: 'log', file: 'log', reference: Math.log, max: 0.8875, at: 1.42544127, domain: everywhere },
  { name: 'log1p', file: 'log', reference: Math.log1p, max: 1.2683, at: 0.49999997, domain: everywhere },
  { name: 'tanh', file: 'tanh', reference: Math.tanh, max: 1.332, at: 0.631044209, domain: everywhere },
  { name: 'erf', file: 'erf', reference: erf, max: 1.7812, at: 0.865528584, domain: everywhere },
  {
    name: 'sigmoid',
    file: 'sigmoid',
    reference: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    max: 2.4019,
    at: -4.1572938,
    domain: everywhere,
  },
];

const SOURCE = `
${transcendentals.map(({ name, file }) => `import { ${name} } from './assembly/simd/${file}';`).join('\n')}
export { alloc } from './assembly/memory';
${transcendentals
  .map(
    ({ name }) => `export function ${name}_f32(y: usize, x: usize, n: usize): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) v128.store(y + i, ${name}(v128.load(x + i)));
}`,
  )
  .join('\n')}
`;

/** Applies a function, by its name, to numbers. The result is overwritten by the next call. */
export type Apply = (name: string, x: Float32Array) => Float32Array;

/** Compiles all of them, with the options of the release, for up to `capacity` numbers at a time. */
export async function compileTranscendentals(capacity: number): Promise<Apply> {
  const ENTRY = 'transcendentals.ts';
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [ENTRY, '--outFile', 'out.wasm', '--baseDir', '.', '--config', 'asconfig.json', '--target', 'release'],
    {
      readFile: (name) => {
        if (name === ENTRY) return SOURCE;
        if (name === 'asconfig.json') return config();
        try {
          return text(name);
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        if (name === 'out.wasm') binary = contents as Uint8Array;
      },
      listFiles: () => null,
    },
  );
  if (error || binary === undefined) throw new Error(`asc: ${error?.message}\n${stderr.toString()}`);
  const memory = new WebAssembly.Memory({ initial: 2 });
  const module = new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
    string,
    (...args: number[]) => number
  >;
  const at = exports.alloc!(4 * capacity) >>> 0;
  const block = new Float32Array(memory.buffer, at, capacity);
  return (name, x) => {
    block.set(x);
    exports[`${name}_f32`]!(at, at, x.length);
    return block.subarray(0, x.length);
  };
}

/** asconfig.json with no entry and no files of its own. */
function config(): string {
  const { options, targets } = JSON.parse(text('asconfig.json'));
  const { outFile: _, textFile: __, ...release } = targets.release;
  return JSON.stringify({ options, targets: { release } });
}
