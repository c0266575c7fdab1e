export function initialWeights(widths: readonly number[]): Float32Array[];

export function rowsOf(count: number, inputs: number): Float32Array;

export function classesOf(count: number, outputs: number): Int32Array;

export const JOB: {
  readonly widths: readonly number[];
  readonly batch: number;
  readonly lr: number;
  readonly heldOut: number;
};
