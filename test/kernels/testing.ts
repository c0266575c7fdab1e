// The testing build in place of the shipped kernels: the same functions, and every kernel by itself.
import { readFileSync } from 'node:fs';
import { init, kernels as inUse, type KernelName as ShippedName } from '../../src/wasm/kernels.js';
import type { TestingName } from './names.generated.js';

await init({ bytes: readFileSync(new URL('../../build/testing.wasm', import.meta.url)) });

export type KernelName = ShippedName | TestingName;

export function kernels(): Readonly<Record<KernelName, (...args: number[]) => number>> {
  return inUse() as unknown as ReturnType<typeof kernels>;
}
