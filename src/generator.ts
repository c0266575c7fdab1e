import { Disposable, type ResourceStack } from './resources.js';
import { kernels, type Pointer } from './wasm/kernels.js';
import { Block, type Words, words } from './wasm/memory.js';

/** The next seed of a layer that is given none: counted, so that the same program makes the same model. */
let nextSeed = 0;

/** A generator's state in Wasm memory (assembly/random/random.ts): one word of 64 bits, which starts as the seed. */
export class RandomGenerator extends Disposable {
  /** The state's memory, for an owner that frees it once the generator is garbage-collected. */
  readonly block = new Block<BigUint64Array<ArrayBuffer>>(BigUint64Array, 1);

  constructor(seed: number) {
    super();
    this.block.view[0] = BigInt(seed);
  }

  get ptr(): Pointer {
    return this.block.ptr;
  }

  /** State of the generator, from which a later run continues. */
  get state(): bigint {
    return this.block.view[0]!;
  }

  set state(value: bigint) {
    this.block.view[0] = value;
  }

  protected override release(): void {
    this.block.dispose();
  }

  protected override describe(): string {
    return 'A layer';
  }
}

/** The seed, or if there is none, the next default one. */
export function seedOr(seed: number | undefined): number {
  return seed ?? nextSeed++;
}

/** The numbers 0 to n - 1, shuffled by this seed. */
export function shuffled(use: ResourceStack['use'], n: number, seed: number): Words {
  const order = use(words(n));
  kernels().shuffle_u32(order.ptr, n, use(new RandomGenerator(seed)).ptr);
  return order;
}
