import { Adam, airfoil, fitSync, linear, sequential } from './adamas.mjs';
import { epoch } from './baseline/baseline.mjs';
import { uniforms } from './random.mjs';

// The chapter "Adam" of Dive into Deep Learning: linear regression on 1500 samples of 5 features, mini-batches of 10, lr 0.01, and the loss
// over all samples after every 100: 150 steps and 15 evaluations per epoch.

/** The chapter's loss after two epochs, and its largest deviation by another order of samples. */
export const CHAPTER_LOSS = { value: 0.243, byOrder: 6e-3 };

export const BATCH = 10;
export const LOG_EVERY = 100;
export const LR = 0.01;

/** The model, its data and optimizer, and `train(epochs)`, which trains it on and returns the losses. */
export function chapter() {
  const data = airfoil();
  const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
  const optimizer = new Adam(model.parameters(), { lr: LR });
  const options = { loss: 'halfSquaredError', optimizer, batchSize: BATCH, logEvery: LOG_EVERY } as const;
  return {
    data,
    model,
    options,
    train: (epochs: number) => fitSync(model, data, { ...options, epochs }).losses,
    dispose() {
      optimizer.dispose();
      model.dispose();
      data.dispose();
    },
  };
}

/** Epochs after which the baseline starts again, before its running product of beta1 gets to the subnormal numbers. */
const BASELINE_EPOCHS = 40;

/** The baseline's epoch: each call trains on and returns the losses. A check gives a seeded `random`, which the shuffle draws from. */
export function baselineEpoch(random?: () => number): () => number[] {
  const data = airfoil();
  const [X, y] = [data.features.data.slice(), data.targets.data.slice()];
  data.dispose();
  const [N, D] = [y.length, X.length / y.length];
  const order = Uint32Array.from({ length: N }, (_, i) => i);
  const [w, m, v, grad] = Array.from({ length: 4 }, () => new Float32Array(D + 1)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const s = { b1t: 1, b2t: 1 };
  let epochs = 0;
  return () => {
    if (epochs++ % BASELINE_EPOCHS === 0) {
      const uniform = uniforms(1);
      for (let j = 0; j < D; j++) w[j] = 0.01 * (uniform() - 0.5);
      w[D] = 0;
      m.fill(0);
      v.fill(0);
      s.b1t = 1;
      s.b2t = 1;
    }
    return epoch(X, y, N, D, BATCH, LOG_EVERY, LR, w, m, v, s, order, grad, random);
  };
}
