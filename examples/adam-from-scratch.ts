// The chapter "Adam" of Dive into Deep Learning, from scratch: Adam written out from its equations, beside the concise version.
import { type Parameter, type Tensor, zeros } from 'adamas';
import { trainByHand, trainWithAdam } from './chapter.js';

/** The averages of a parameter's gradient (v) and of its square (s). */
interface AdamState {
  readonly v: Tensor;
  readonly s: Tensor;
}

interface Hyperparameters {
  readonly lr: number;
  /** Counts the steps from 1. */
  t: number;
}

const initAdamStates = (params: readonly Parameter[]): AdamState[] =>
  params.map(({ shape }) => ({ v: zeros(shape), s: zeros(shape) }));

function adam(params: readonly Parameter[], states: readonly AdamState[], hyperparameters: Hyperparameters): void {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  const { lr, t } = hyperparameters;
  params.forEach((param, k) => {
    const { data: x, grad: g } = param;
    const [v, s] = [states[k]!.v.data, states[k]!.s.data];
    for (let i = 0; i < x.length; i++) {
      v[i] = beta1 * v[i]! + (1 - beta1) * g[i]!;
      s[i] = beta2 * s[i]! + (1 - beta2) * g[i]! ** 2;
      const vHat = v[i]! / (1 - beta1 ** t);
      const sHat = s[i]! / (1 - beta2 ** t);
      x[i] = x[i]! - (lr * vHat) / (Math.sqrt(sHat) + eps);
    }
  });
  hyperparameters.t++;
}

const { losses } = trainByHand((params) => {
  const states = initAdamStates(params);
  const hyperparameters = { lr: 0.01, t: 1 };
  return () => adam(params, states, hyperparameters);
});
const concise = trainWithAdam({ lr: 0.01 });

const difference = Math.max(...losses.map((loss, i) => Math.abs(loss - concise.losses[i]!)));
console.log(`from scratch: loss ${losses.at(-1)!.toFixed(6)}`);
console.log(`concise:      loss ${concise.losses.at(-1)!.toFixed(6)}`);
console.log(`The largest difference among the ${losses.length} losses of the two: ${difference.toExponential(1)}`);
if (!(difference < 1e-6)) throw new Error('The two must land on the same losses');
