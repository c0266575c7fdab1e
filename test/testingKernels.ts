// The kernels with those that only tests call: whoever imports this runs on build/testing.wasm. In browsers test/browser/kernels.ts stands in for it.
import { readFileSync } from 'node:fs';
import { init } from '../src/wasm/init.js';
import { type Kernels, kernels as loaded } from '../src/wasm/kernels.js';

await init({ bytes: readFileSync(new URL('../build/testing.wasm', import.meta.url)) });

/** The exports of assembly/testing.ts. */
export type TestingKernels = Kernels & Readonly<Record<string, (...args: number[]) => number>>;

export const kernels = loaded as () => TestingKernels;
