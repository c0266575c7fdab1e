import { difference } from '../harness/agree.js';
import { instantiate } from '../harness/kernels.js';
import type { Contenders, Expected, PeerName, Run, Timed, Work } from '../harness/row.js';

/** A module of peers/, as it makes its side of some work. */
interface PeerSide {
  readonly title: string;
  readonly works: Readonly<Record<string, (work: Work) => Promise<Side> | Side>>;
}

interface Side {
  readonly check?: readonly number[];
  call(): unknown;
  result?(): Promise<readonly number[]> | readonly number[];
}

/** Makers of a host's peers, by name. */
export type PeerModules = Readonly<Partial<Record<PeerName, () => Promise<PeerSide>>>>;

/** Services of a run in a host that starts no processes: its peers are modules of this program. */
export class LocalRun implements Run {
  readonly smoke: boolean;
  readonly leftOut: string[] = [];
  readonly #modules: PeerModules;
  readonly #kernels: BufferSource;
  readonly #held: { dispose(): void }[] = [];

  constructor(smoke: boolean, modules: PeerModules, kernels: BufferSource) {
    this.smoke = smoke;
    this.#modules = modules;
    this.#kernels = kernels;
  }

  hold<T extends { dispose(): void }>(one: T): T {
    this.#held.push(one);
    return one;
  }

  leaveOut(reason: string): void {
    this.leftOut.push(reason);
  }

  dispose(): void {
    for (const one of this.#held.reverse()) one.dispose();
  }

  async peers(names: readonly PeerName[], work: Work, expected: Expected): Promise<Contenders> {
    const found: Record<string, Contenders[string]> = {};
    for (const name of names) {
      const make = this.#modules[name];
      if (make === undefined) continue;
      const { title, works } = await make();
      const side = await works[work.kind]!(work);
      if ('once' in work) found[title] = timed(title, side, expected);
      else {
        const wrong = difference(side.check ?? [], expected);
        if (wrong === undefined) found[title] = () => side.call();
        else this.leaveOut(`${title} differs: ${wrong}`);
      }
    }
    return found;
  }

  async c(): Promise<Contenders> {
    return {};
  }

  async kernels() {
    return instantiate(this.#kernels);
  }
}

/** A whole job, whose result is looked at before its time counts. */
function timed(title: string, side: Side, expected: Expected): Timed {
  return {
    async nanoseconds() {
      const start = performance.now();
      await side.call();
      const nanoseconds = 1e6 * (performance.now() - start);
      const wrong = difference(await side.result!(), expected);
      if (wrong !== undefined) throw new Error(`${title} differs: ${wrong}`);
      return nanoseconds;
    },
  };
}
