import { Adam } from 'adamas';
import { digest, RECORDED_DIGEST } from 'adamas/doctor';
import type { Channel } from '../../training/channel.js';
import { INITIAL } from '../chapter/state.js';
import { train } from '../chapter/train.js';

export type SpeedMessage =
  | { readonly kind: 'step'; readonly size: number; readonly adamas: number; readonly plain: number }
  | { readonly kind: 'epoch'; readonly adamas: number }
  | { readonly kind: 'digest'; readonly found: string; readonly same: boolean };

/** Parameters of the arrays that are stepped. */
export const SIZES = [1000, 100_000, 1_000_000];

/** Times a step of Adam in adamas and in plain JavaScript, the chapter's epoch, and takes the digest. Times are medians, in milliseconds. */
export async function speedJob(_: undefined, { send, signal }: Channel<SpeedMessage, never>): Promise<void> {
  for (const size of SIZES) {
    const grads = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    const weights = new Float32Array(size);
    using optimizer = new Adam([weights], { lr: 0.001 });
    const adamas = median(() => optimizer.step([grads]), size);
    const plain = median(plainAdam(new Float32Array(size), grads), size);
    if (signal.aborted) return;
    send({ kind: 'step', size, adamas, plain });
    await new Promise((resolve) => setTimeout(resolve));
  }
  const begin = performance.now();
  const epochs = 500;
  await train('Adam', { ...INITIAL, epochs });
  send({ kind: 'epoch', adamas: (performance.now() - begin) / epochs });
  const found = await digest();
  send({ kind: 'digest', found, same: found === RECORDED_DIGEST });
}

/** Adam written out from its equations, over arrays. */
function plainAdam(x: Float32Array, g: Float32Array): () => void {
  const [v, s] = [new Float32Array(x.length), new Float32Array(x.length)];
  const [lr, beta1, beta2, eps] = [0.001, 0.9, 0.999, 1e-8];
  let t = 0;
  return () => {
    t++;
    const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
    for (let i = 0; i < x.length; i++) {
      v[i] = beta1 * v[i]! + (1 - beta1) * g[i]!;
      s[i] = beta2 * s[i]! + (1 - beta2) * g[i]! * g[i]!;
      x[i] = x[i]! - (lr * (v[i]! / c1)) / (Math.sqrt(s[i]! / c2) + eps);
    }
  };
}

/** The median of 15 timings of a call; short calls are timed many at once, since the browser's clock is coarse. */
function median(call: () => void, size: number): number {
  const calls = Math.max(1, Math.round(2_000_000 / size));
  const times = Array.from({ length: 16 }, () => {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) call();
    return (performance.now() - begin) / calls;
  });
  return times.slice(1).sort((a, b) => a - b)[7]!;
}
