/** What is timed: a function of this process, which may be async, or something that itself tells the nanoseconds of one call. */
export type Contender = (() => unknown) | { nanoseconds(budgetMs: number): Promise<number> };

/** Contenders by name. The first is what the others are compared with. */
export type Contenders = Readonly<Record<string, Contender>>;

/** One line of the report. */
export interface Row {
  readonly name: string;
  /** What one call does, when a time a piece says more than a time a call: 1000 of 'param'. */
  readonly pieces?: { readonly count: number; readonly name: string };
  /** What one call does, when the report is to say how much of it goes by in a nanosecond: operations, and 'GFLOP/s'. */
  readonly rate?: { readonly count: number; readonly name: string };
  /** Makes what is timed. */
  setup(run: Run): Contenders | Promise<Contenders>;
}

/** What a row may ask of the run that it is part of. */
export interface Run {
  /** Disposes or stops something when the row has ended. */
  hold<T extends { dispose(): void }>(one: T): T;
  /** Says in the report what the row had to do without, and why. */
  leaveOut(what: string): void;
}
