type A = Float32Array;
/** How many steps were taken. */
type Steps = { t: number };

export function sgd(p: A, g: A, n: number, lr: number): void;
export function sgdMomentum(p: A, g: A, b: A, n: number, lr: number, momentum: number): void;
export function adagrad(p: A, g: A, sum: A, n: number, lr: number, eps: number): void;
export function rmsprop(p: A, g: A, v: A, n: number, lr: number, alpha: number, eps: number): void;
export function rmspropCentered(
  p: A,
  g: A,
  v: A,
  average: A,
  b: A,
  n: number,
  lr: number,
  alpha: number,
  eps: number,
  momentum: number,
): void;
export function adadelta(p: A, g: A, v: A, acc: A, n: number, lr: number, rho: number, eps: number): void;
export function adamax(
  p: A,
  g: A,
  m: A,
  u: A,
  n: number,
  lr: number,
  b1: number,
  b2: number,
  eps: number,
  s: { b1t: number },
): void;
export function nadam(
  p: A,
  g: A,
  m: A,
  v: A,
  n: number,
  lr: number,
  b1: number,
  b2: number,
  eps: number,
  momentumDecay: number,
  s: Steps & { b2t: number; product: number },
): void;
export function radam(
  p: A,
  g: A,
  m: A,
  v: A,
  n: number,
  lr: number,
  b1: number,
  b2: number,
  eps: number,
  s: Steps & { b1t: number; b2t: number },
): void;
export function rprop(
  p: A,
  g: A,
  previous: A,
  z: A,
  n: number,
  etaMinus: number,
  etaPlus: number,
  minStep: number,
  maxStep: number,
): void;
export function asgd(
  p: A,
  g: A,
  ax: A,
  n: number,
  lr: number,
  lambd: number,
  alpha: number,
  t0: number,
  s: Steps & { eta: number; mu: number },
): void;
export function lion(p: A, g: A, m: A, n: number, lr: number, b1: number, b2: number, weightDecay: number): void;
export function adafactor(
  p: A,
  g: A,
  r: A,
  c: A,
  sums: A,
  R: number,
  C: number,
  lr: number,
  beta2Decay: number,
  eps1: number,
  eps2: number,
  d: number,
  s: Steps,
): void;
export function adafactorVector(
  p: A,
  g: A,
  v: A,
  n: number,
  lr: number,
  beta2Decay: number,
  eps1: number,
  eps2: number,
  d: number,
  s: Steps,
): void;
