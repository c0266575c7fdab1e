// The server rules of federated training for one number, in float64, written like the equations of arXiv:1602.05629 and arXiv:2003.00295.

/** A client's number and its samples. */
export type Client = readonly [w: number, n: number];

export function fedAvg(clients: readonly Client[]): number {
  const total = clients.map(([, n]) => n).reduce((a, b) => a + b);
  return clients.map(([w, n]) => (n / total) * w).reduce((a, b) => a + b);
}

/** The number after some rounds, in each of which it is rounded to float32 as it is sent. */
export function fedOpt(
  rule: 'fedAdam' | 'fedYogi',
  {
    lr,
    beta1,
    beta2,
    tau,
  }: { readonly lr: number; readonly beta1: number; readonly beta2: number; readonly tau: number },
  start: number,
  rounds: readonly ((x: number) => readonly Client[])[],
): number {
  let [x, m, v] = [start, 0, tau * tau];
  for (const clients of rounds) {
    const changes = clients(x).map(([w, n]): Client => [w - x, n]);
    const delta = fedAvg(changes);
    m = beta1 * m + (1 - beta1) * delta;
    if (rule === 'fedAdam') v = beta2 * v + (1 - beta2) * delta ** 2;
    else v -= (1 - beta2) * delta ** 2 * Math.sign(v - delta ** 2);
    x = Math.fround(x + (lr * m) / (Math.sqrt(v) + tau));
  }
  return x;
}
