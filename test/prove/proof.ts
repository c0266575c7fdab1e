// Shared by the proofs: their arguments, a seeded generator, and the place of their figures.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The arguments of a proof: `--count`, `--seed`, and `--write` to put its figures into docs/reliability.md. */
export function proofArguments(count: number): { count: number; seed: number; write: boolean } {
  const { values } = parseArgs({
    options: { count: { type: 'string' }, seed: { type: 'string' }, write: { type: 'boolean' } },
  });
  return { count: Number(values.count ?? count), seed: Number(values.seed ?? 1), write: values.write ?? false };
}

/** Uniform numbers in [0, 1) by their seed: SplitMix32. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  one<T>(all: readonly T[] | string): T {
    return all[this.below(all.length)] as T;
  }

  /** True so often. */
  chance(share: number): boolean {
    return this.next() < share;
  }
}

/** Writes the figures of a proof between its marks in docs/reliability.md. */
export function writeFigures(name: string, text: string): void {
  const path = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
  const page = readFileSync(path, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/reliability.md has no ${start} with ${end} after it`);
  writeFileSync(path, `${page.slice(0, from + start.length)}\n${text}\n${page.slice(to)}`);
}
