// Imports and exports of the Wasm module, each of whose functions the wrapper knows.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { power } from '../../src/optim/betaPowers.js';
import { kernelIndex, kernels } from '../../src/wasm/kernels.js';

const root = new URL('../../', import.meta.url);
const file = (path: string) => readFileSync(new URL(path, root));
const release = new WebAssembly.Module(file('build/release.wasm'));

/** Functions that assembly/index.ts exports. */
const exported = WebAssembly.Module.exports(release).flatMap(({ name, kind }) => (kind === 'function' ? [name] : []));

it.each([
  ['release', ['function host', 'memory memory']],
  ['testing', ['function host', 'memory memory']],
  ['base', ['memory memory']],
  ['models', ['function host', 'function runStep', 'memory memory']],
])('build/%s.wasm imports this, and nothing else', (name, expected) => {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(file(`build/${name}.wasm`)));
  expect(imports.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(expected);
});

it('the inlined binaries are build/base.wasm, and with the first kernel of a model build/models.wasm', async () => {
  const { Module } = WebAssembly;
  const compiled: Buffer[] = [];
  WebAssembly.Module = class extends Module {
    constructor(bytes: BufferSource) {
      super(bytes);
      compiled.push(Buffer.from(bytes as Uint8Array));
    }
  };
  const holds = (name: string) => compiled.some((bytes) => bytes.equals(file(`build/${name}.wasm`)));
  try {
    vi.resetModules();
    const { kernels } = await import('../../src/wasm/kernels.js');
    const { modelKernels } = await import('../../src/wasm/modelKernels.js');
    kernels();
    expect([holds('base'), holds('models')]).toEqual([true, false]);
    modelKernels();
    expect([holds('base'), holds('models')]).toEqual([true, true]);
  } finally {
    WebAssembly.Module = Module;
  }
});

it('the static data of build/models.wasm end where the heap of build/base.wasm begins', () => {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const bytes = () => new Uint8Array(memory.buffer);
  bytes().fill(1);
  const env = { memory, host: () => 0, runStep: () => 0 };
  new WebAssembly.Instance(new WebAssembly.Module(file('build/models.wasm')), { env });
  const end = bytes().lastIndexOf(0) + 1;
  expect(end).toBeGreaterThan(1024);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(file('build/base.wasm')), { env });
  bytes().fill(1);
  (exports.alloc as (bytes: number) => number)(16);
  // The allocator clears its lists first, at the beginning of the heap.
  expect(bytes().indexOf(0)).toBeGreaterThanOrEqual(end);
});

it.each(['base', 'models'])('build/release.wasm exports what build/%s.wasm does', (name) => {
  const names = WebAssembly.Module.exports(new WebAssembly.Module(file(`build/${name}.wasm`))).map(({ name }) => name);
  expect([...exported, 'table']).toEqual(expect.arrayContaining(names));
});

it('one module given to init computes the bits of the two inside the package', async () => {
  vi.resetModules();
  const { init } = await import('../../src/wasm/init.js');
  await init({ bytes: file('build/release.wasm') });
  const { doctor } = await import('../../src/doctor.js');
  expect((await doctor()).sameDigest).toBe(true);
});

it('every function that the module exports is used by the wrapper', () => {
  const sources = (readdirSync(new URL('src', root), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts') && !/wasm\/kernels\.ts$|generated/.test(path))
    .map((path) => file(`src/${path}`).toString())
    .join('\n');
  const used = (name: string) => new RegExp(`[.'{ ]${name}\\b`).test(sources);
  expect(exported.filter((name) => !used(name))).toEqual([]);
});

it('the testing binary has the same functions, and more', () => {
  const testing = WebAssembly.Module.exports(new WebAssembly.Module(file('build/testing.wasm')));
  const names = testing.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(exported));
  expect(names.length).toBeGreaterThan(exported.length + 10);
});

it('kernelIndex gives each function one place in the table', () => {
  const index = kernelIndex('adam_f32');
  expect(kernelIndex('adam_f32')).toBe(index);
  expect(kernelIndex('sgd_f32')).not.toBe(index);
  expect(kernels().table.get(index)).toBe(kernels().adam_f32);
});

describe('powers', () => {
  it('pow has a relative error of at most |t log base| + 2 roundings, for the betas in use', () => {
    for (const base of [0.9, 0.999, 0.5, 0.85, 0.9999, 0.99]) {
      for (let t = 0; t < 3000; t++) {
        const expected = base ** t;
        const distance = Math.abs(kernels().pow(base, t) - expected);
        if (!(distance <= (Math.abs(t * Math.log(base)) + 2) * 2 ** -52 * expected)) {
          expect.fail(`pow(${base}, ${t}) is ${distance} from ${expected}`);
        }
        if (!(distance <= 2 ** -51)) expect.fail(`1 - pow(${base}, ${t}) is more than 2 ulp of 1 off`);
      }
    }
    expect(kernels().pow(0, 0)).toBe(1);
    expect(kernels().pow(0, 5)).toBe(0);
    expect(kernels().pow(0.3, 1)).toBe(0.3);
  });

  it('power gives the same for a step, whatever was asked before', () => {
    const ascending = Array.from({ length: 300 }, (_, t) => power(0.999, t));
    for (const t of [299, 0, 64, 63, 128, 1, 200]) {
      expect(power(0.999, t)).toBe(ascending[t]);
      // So many other bases that this one is forgotten.
      for (let i = 0; i < 20; i++) power(0.5 + i / 100, t);
      expect(power(0.999, t)).toBe(ascending[t]);
      expect(Math.abs(ascending[t]! - 0.999 ** t)).toBeLessThanOrEqual(2 ** -51);
    }
  });
});
