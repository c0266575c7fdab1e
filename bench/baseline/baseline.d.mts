type Numbers = Float32Array | Float64Array;

export interface State {
  b1t: number;
  b2t: number;
}

export function adam(
  p: Numbers,
  g: Numbers,
  m: Numbers,
  v: Numbers,
  n: number,
  lr: number,
  b1: number,
  b2: number,
  eps: number,
  s: State,
): void;

export function halfSquaredLoss(X: Numbers, y: Numbers, w: Numbers, N: number, D: number): number;

export function epoch(
  X: Numbers,
  y: Numbers,
  N: number,
  D: number,
  batch: number,
  logEvery: number,
  lr: number,
  w: Numbers,
  m: Numbers,
  v: Numbers,
  s: State,
  order: Uint32Array,
  grad: Numbers,
  random?: () => number,
): number[];
