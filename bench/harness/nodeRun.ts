import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { difference } from './agree.js';
import { compileBenchKernels } from './benchKernels.js';
import { Child, type Command, FreshChildren } from './child.js';
import { instantiate } from './kernels.js';
import type { Contenders, Expected, Kernels, PeerName, Run, Timed, Work } from './row.js';

const bench = fileURLToPath(new URL('..', import.meta.url));
const PEERS = join(bench, 'peers');

/** Flags of the compiler for the comparison's C. */
const GCC_FLAGS = ['-O3', '-fno-math-errno', '-msse4.1'];

/** One thread, for whichever BLAS a PyTorch has; `torch.set_num_threads` does not bind them. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * OpenBLAS' kernels for x86-64, by OPENBLAS_CORETYPE. It chooses by the processor's number, and for one that is newer than its release the oldest, which
 * take four times as long. A processor that lacks their instructions ends the process, which is a refusal.
 */
const CORES = [{}, ...['Haswell', 'SkylakeX', 'Cooperlake'].map((name) => ({ OPENBLAS_CORETYPE: name }))];

/** A step by which the fastest of them are found: the whole jobs' own. */
const PROBE: Work = { kind: 'train', widths: [784, 128, 10], batch: 64, checkLr: 1e-3, lr: 1e-8 };

/** Debian's Python, and the one that PYTHON names, whose rows come beside. */
const PYTHONS = [process.env.PYTHON, '/usr/bin/python3', 'python3'].filter((path) => path !== undefined);

const module = (name: string, variant: string): Command => ({
  program: process.execPath,
  args: [join(PEERS, 'serve.mjs'), name, variant],
});

const MODULES: Readonly<Record<Exclude<PeerName, 'PyTorch'>, Command>> = {
  'tfjs-wasm': module('tfjs', 'wasm'),
  'tfjs-cpu': module('tfjs', 'cpu'),
  'jax-js': module('jax', 'wasm'),
  'brain.js': module('brain', ''),
  fit: module('adamas', 'fit'),
  fitSync: module('adamas', 'fitSync'),
  worker: module('adamas', 'worker'),
  'worker, dataset': module('adamas', 'worker, dataset'),
};
const OURS: readonly PeerName[] = ['fit', 'fitSync', 'worker', 'worker, dataset'];

let compiledC: string | undefined;

/** Services of a run in Node. */
export class NodeRun implements Run {
  readonly smoke: boolean;
  readonly leftOut: string[] = [];
  readonly #against: string | undefined;
  readonly #alone: boolean;
  readonly #held: { dispose(): void }[] = [];

  /**
   * @param smoke - whether rows are only to show that they run
   * @param options - `against`: address of the bundles of another version, whose jobs run beside; `alone`: without peers
   */
  constructor(smoke: boolean, { against, alone = false }: { against?: string; alone?: boolean } = {}) {
    this.smoke = smoke;
    this.#against = against;
    this.#alone = alone;
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
    const found: Record<string, Timed> = {};
    if (this.#alone) return found;
    for (const name of names) {
      if (name === 'PyTorch') await this.#pytorch(found, work, expected);
      else if (OURS.includes(name)) {
        await this.#add(found, MODULES[name], work, expected);
        // The job of a dataset is what versions before do as 'worker'.
        if (this.#against !== undefined && name !== 'worker, dataset') {
          const before = { ...MODULES[name], env: { ADAMAS_DIST: this.#against } };
          await this.#add(found, before, work, expected, (title) => `${title}, before`);
        }
      } else if (existsSync(join(PEERS, 'node_modules'))) await this.#add(found, MODULES[name], work, expected);
      else this.leaveOut(`${name} (npm run bench:peers)`);
    }
    return found;
  }

  async c(parameters: number): Promise<Contenders> {
    if (this.#alone) return {};
    const program = compileC();
    if (program === undefined) {
      this.leaveOut('C (no gcc)');
      return {};
    }
    return { C: this.hold(await Child.start({ program, args: [String(parameters)] })) };
  }

  async kernels(): Promise<Kernels> {
    return instantiate(compileBenchKernels());
  }

  /** The PyTorch of each Python that has one: PYTHON's and Debian's. */
  async #pytorch(found: Record<string, Timed>, work: Work, expected: Expected): Promise<void> {
    const refused: string[] = [];
    const before = Object.keys(found).length;
    for (const program of PYTHONS) {
      const command = await fastestCore({ program, args: [join(PEERS, 'pytorch.py')], env: ONE_THREAD });
      const reason = await this.#try(found, command, work, expected);
      if (reason !== undefined) refused.push(reason);
    }
    if (Object.keys(found).length > before) return;
    const why = refused.find((reason) => reason.includes('BLAS') || reason.includes('differs'));
    this.leaveOut(why ?? `PyTorch (no python3 has torch: ${refused[0]})`);
  }

  async #add(
    found: Record<string, Timed>,
    command: Command,
    work: Work,
    expected: Expected,
    name?: (title: string) => string,
  ): Promise<void> {
    const reason = await this.#try(found, command, work, expected, name);
    if (reason !== undefined) this.leaveOut(reason);
  }

  /** Adds a peer under its title, if it computes what is expected; says why not. */
  async #try(
    found: Record<string, Timed>,
    command: Command,
    work: Work,
    expected: Expected,
    name = (title: string) => title,
  ): Promise<string | undefined> {
    const child = this.hold(await Child.start(command, work));
    const { introduction } = child;
    if ('refused' in introduction) return introduction.refused;
    const title = name(introduction.title);
    if (title in found) return undefined;
    if ('once' in work) {
      child.dispose();
      found[title] = new FreshChildren(command, work, (check) => {
        const wrong = difference(check, expected);
        if (wrong !== undefined) throw new Error(`${title} differs: ${wrong}`);
      });
      return undefined;
    }
    const wrong = difference(introduction.check ?? [], expected);
    if (wrong !== undefined) return `${title} differs: ${wrong}`;
    found[title] = child;
    return undefined;
  }
}

/** Commands that {@link fastestCore} has found, by program. */
const fastestCores = new Map<string, Command>();

/** A PyTorch with the kernels of {@link CORES} that take the least time for a step. */
async function fastestCore(command: Command): Promise<Command> {
  const known = fastestCores.get(command.program);
  if (known !== undefined) return known;
  let [fastest, least] = [command, Number.POSITIVE_INFINITY];
  for (const core of CORES) {
    const tried = { ...command, env: { ...command.env, ...core } };
    const child = await Child.start(tried, PROBE);
    const time = 'refused' in child.introduction ? Number.POSITIVE_INFINITY : await child.nanoseconds(200);
    child.dispose();
    if (time < least) [fastest, least] = [tried, time];
  }
  fastestCores.set(command.program, fastest);
  return fastest;
}

/** Path of the compiled adam.c; undefined without a gcc. */
function compileC(): string | undefined {
  if (compiledC !== undefined) return compiledC;
  const directory = mkdtempSync(join(tmpdir(), 'adamas-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, 'adam');
  try {
    execFileSync('gcc', [...GCC_FLAGS, join(bench, 'baseline/adam.c'), '-o', program, '-lm']);
  } catch {
    return undefined;
  }
  compiledC = program;
  return program;
}
