// The server's arithmetic in federated training: float64, over the clients in their order, rounded once to float32. The model after a round
// depends on which clients answered and on nothing else.

/** Rule by which the server combines the clients' models into the next one. */
export type Strategy = 'fedAvg' | 'fedProx' | 'fedAdam' | 'fedYogi';

/** A client's model after its training. */
export interface Answer {
  /** Tensors in the order of the state dict. */
  readonly tensors: readonly Float32Array[];
  /** Number of rows that it was trained on: its weight. */
  readonly samples: number;
}

/** Options of the server's optimizer. */
export interface ServerOptions {
  readonly serverLr: number;
  readonly betas: readonly [number, number];
  readonly tau: number;
}

/**
 * Mean of the clients' tensors, weighted by their samples: w = sum over k of (n_k / n) w_k.
 *
 * Source: McMahan et al. 2016, "Communication-Efficient Learning of Deep Networks from Decentralized Data", arXiv:1602.05629, Algorithm 1.
 */
export function weightedMean(answers: readonly Answer[]): Float64Array[] {
  const n = answers.reduce((sum, { samples }) => sum + samples, 0);
  return answers[0]!.tensors.map(({ length }, t) => {
    const w = new Float64Array(length);
    for (const { tensors, samples } of answers) {
      const w_k = tensors[t]!;
      for (let i = 0; i < length; i++) w[i]! += samples * w_k[i]!;
    }
    for (let i = 0; i < length; i++) w[i]! /= n;
    return w;
  });
}

/** First and second moment of a tensor's pseudo-gradients. */
interface Moments {
  readonly m: Float64Array;
  readonly v: Float64Array;
}

/** The server of a federated training. */
export class Server {
  readonly #strategy: Strategy;
  readonly #options: ServerOptions;
  /** For each tensor true if it is a parameter; buffers, such as the statistics of batchNorm, are averaged by every strategy. */
  readonly #parameters: readonly boolean[];
  #moments: readonly Moments[] | undefined;

  constructor(strategy: Strategy, options: ServerOptions, parameters: readonly boolean[]) {
    this.#strategy = strategy;
    this.#options = options;
    this.#parameters = parameters;
  }

  /** The next model's tensors, from those that the clients were sent and at least one answer, in the order of the clients. */
  step(sent: readonly Float32Array[], answers: readonly Answer[]): Float32Array[] {
    const means = weightedMean(answers);
    if (this.#strategy === 'fedAvg' || this.#strategy === 'fedProx') return means.map((mean) => new Float32Array(mean));
    const { tau } = this.#options;
    this.#moments ??= sent.map(({ length }) => ({
      m: new Float64Array(length),
      v: new Float64Array(length).fill(tau ** 2),
    }));
    return sent.map((x, t) =>
      this.#parameters[t] ? this.#adapt(x, means[t]!, this.#moments![t]!) : new Float32Array(means[t]!),
    );
  }

  /**
   * A step by Adam or Yogi along the pseudo-gradient, which is the clients' mean change:
   *
   *     delta = mean - x
   *     m = beta1 m + (1 - beta1) delta
   *     v = beta2 v + (1 - beta2) delta^2                     fedAdam
   *     v = v - (1 - beta2) delta^2 sign(v - delta^2)         fedYogi
   *     x = x + lr m / (sqrt(v) + tau)
   *
   * from m = 0 and v = tau^2, without bias correction.
   * Source: Reddi et al. 2020, "Adaptive Federated Optimization", arXiv:2003.00295, Algorithm 2.
   */
  #adapt(x: Float32Array, mean: Float64Array, { m, v }: Moments): Float32Array {
    const {
      serverLr: lr,
      betas: [beta1, beta2],
      tau,
    } = this.#options;
    const yogi = this.#strategy === 'fedYogi';
    const next = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const delta = mean[i]! - x[i]!;
      const square = delta * delta;
      m[i] = beta1 * m[i]! + (1 - beta1) * delta;
      v[i] = yogi ? v[i]! - (1 - beta2) * square * Math.sign(v[i]! - square) : beta2 * v[i]! + (1 - beta2) * square;
      next[i] = x[i]! + (lr * m[i]!) / (Math.sqrt(v[i]!) + tau);
    }
    return next;
  }
}
