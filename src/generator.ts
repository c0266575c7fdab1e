import { Disposable, type ResourceStack } from './resources.js';
import { kernels, type Pointer } from './wasm/kernels.js';
import { Block, type Words, words } from './wasm/memory.js';

/** Seeds for layers that are not given one: each takes the next, so that the same program makes the same model. */
let nextSeed = 0;

/** A generator's state in Wasm memory (assembly/random/random.ts): one word of 64 bits, which starts as the seed. */
export class RandomGenerator extends Disposable {
  /** The state itself, for those who free it once the generator is forgotten. */
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

/** The seed, or the next of those that nobody asked for. */
export function seedOr(seed: number | undefined): number {
  return seed ?? nextSeed++;
}

/** The numbers below n in the order of this seed. */
export function shuffled(use: ResourceStack['use'], n: number, seed: number): Words {
  const order = use(words(n));
  kernels().shuffle_u32(order.ptr, n, use(new RandomGenerator(seed)).ptr);
  return order;
}
