/** A function of this process, which may be async, or something that itself tells the nanoseconds of one call. */
export type Contender = (() => unknown) | Timed;

/** A contender that takes the time of its calls itself. */
export interface Timed {
  nanoseconds(budgetMs: number): Promise<number>;
  /** The most memory that the process of the last call has had, in bytes. */
  readonly peakBytes?: number;
}

/** Contenders by name. The first is what the others are compared with. */
export type Contenders = Readonly<Record<string, Contender>>;

/** A race: one line of the report, or two where the contenders tell their memory as well. */
export interface Race {
  readonly name: string;
  /** The parts of one call, when a time a part says more than a time a call: 1000 of 'param'. */
  readonly pieces?: { readonly count: number; readonly name: string };
  /** The work of one call, when the report is to say how much of it is done in a nanosecond: operations, and 'GFLOP/s'. */
  readonly rate?: { readonly count: number; readonly name: string };
  /** Rounds of the race at most, where a call takes seconds. */
  readonly rounds?: number;
  /** Size of each contender's work, by its name: the report then gives the slope of the time over the size, both as logarithms. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Makes the contenders. */
  setup(run: Run): Contenders | Promise<Contenders>;
}

/** Numbers of bytes, which every run measures alike. */
export interface Sizes {
  readonly name: string;
  /** Bytes by the name of what has them. The first is what the others are compared with. */
  bytes(run: Run): Promise<Readonly<Record<string, number>>>;
}

export type Row = Race | Sizes;

/** A piece of work that peers do too. Peers read it as JSON. */
export type Work =
  | { readonly kind: 'gemm' | 'adam'; readonly n: number }
  | {
      readonly kind: 'train';
      readonly widths: readonly number[];
      readonly batch: number;
      readonly lr: number;
      readonly checkLr: number;
    }
  | { readonly kind: 'chapter'; readonly features: readonly number[]; readonly targets: readonly number[] }
  | { readonly kind: 'job'; readonly once: true; readonly rows: number }
  | { readonly kind: 'digits'; readonly once: true };

/** Who may take part. */
export type PeerName =
  | 'PyTorch'
  | 'tfjs-wasm'
  | 'tfjs-cpu'
  | 'jax-js'
  | 'brain.js'
  | 'fit'
  | 'fitSync'
  | 'worker'
  | 'worker, dataset';

/** The numbers that a peer must compute, each within `relative` of its size and `absolute`, before its time counts. */
export interface Expected {
  readonly values: readonly number[];
  readonly relative: number;
  readonly absolute: number;
}

/** The host of a row: what it can do depends on whether that is Node, another runtime or a page. */
export interface Run {
  /** True if rows are only to show that they run. */
  readonly smoke: boolean;
  /** Disposes or stops something when the row has ended. */
  hold<T extends { dispose(): void }>(one: T): T;
  /** Says in the report what the row had to do without, and why. */
  leaveOut(reason: string): void;
  /** The peers that this host has, on a piece of work, by what they say they are. One that computes other numbers is left out. */
  peers(names: readonly PeerName[], work: Work, expected: Expected): Promise<Contenders>;
  /** C's step of Adam over so many parameters; empty where there is no gcc. */
  c(parameters: number): Promise<Contenders>;
  /** The kernels with those that only the bench calls. */
  kernels(): Promise<Kernels>;
}

/** An instance of the kernels with a memory of its own. */
export interface Kernels {
  readonly call: Readonly<Record<string, (...args: number[]) => number>>;
  /** A new block of `length` normal numbers: its address. */
  normals(length: number, seed?: number): number;
  /** The floats at an address; good until the next allocation. */
  view(pointer: number, length: number): Float32Array;
}
