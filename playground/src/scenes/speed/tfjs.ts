// TensorFlow.js on the works that are timed: its own Adam, with all that it reads in its own memory. It is loaded only on request.
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { INITIAL } from '../chapter/state.js';
import { CHECKED, chapterStart, checkedOrders, type Side, startOf, type Work } from './works.js';

export type Backend = 'wasm' | 'cpu';

// Threads need a page that is isolated from other sites', and a worker that the page's policy forbids.
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
setWasmPaths({
  'tfjs-backend-wasm.wasm': wasm,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': simd,
});

/** Those that may be the fastest: the plain one is not on large arrays, where a step of it takes seconds. */
export const backendsFor = (work: Work): readonly Backend[] =>
  'size' in work && work.size > 10_000 ? ['wasm'] : ['wasm', 'cpu'];

/** TensorFlow.js with one of its backends. */
export async function tfjsSide(backend: Backend, work: Work): Promise<Side> {
  const ready = () => tf.setBackend(backend);
  await ready();
  const dispose = () => tf.disposeVariables();
  if (work.kind === 'epoch') return { ...epochs(), ready, dispose };
  if (work.kind === 'predict') return { ...prediction(), ready, dispose };
  return { ...steps(work), ready, dispose };
}

function steps({ kind, size }: Extract<Work, { size: number }>): Side {
  const { weights, grads } = startOf(size);
  const p = tf.variable(tf.tensor1d(weights));
  const optimizer = tf.train.adam(0.001, 0.9, 0.999, 1e-8);
  const gradient = tf.tensor1d(grads);
  const step = () => optimizer.applyGradients([{ name: p.name, tensor: gradient }]);
  const copied = () =>
    tf.tidy(() => {
      p.assign(tf.tensor1d(weights));
      optimizer.applyGradients([{ name: p.name, tensor: tf.tensor1d(grads) }]);
      weights.set(p.dataSync());
    });
  const call = kind === 'copied' ? copied : step;
  for (let i = 0; i < CHECKED.steps; i++) call();
  return { numbers: p.dataSync().slice() as Float32Array, call };
}

/** The chapter's model. */
function chapterModel(weights: readonly number[]) {
  const w = tf.variable(tf.tensor2d(weights.slice(0, 5), [5, 1]));
  const b = tf.variable(tf.tensor1d(weights.slice(5)));
  return { w, b, predict: (x: tf.Tensor2D) => tf.add(tf.matMul(x, w), b) as tf.Tensor2D };
}

function epochs(): Side {
  const { features, targets, weights } = chapterStart();
  const N = targets.length;
  const { w, b, predict } = chapterModel(weights);
  const optimizer = tf.train.adam(INITIAL.lr, 0.9, 0.999, 1e-8);
  const [X, Y] = [tf.tensor2d(features, [N, 5]), tf.tensor2d(targets, [N, 1])];
  const loss = (x: tf.Tensor2D, y: tf.Tensor2D) =>
    tf.mul(tf.mean(tf.squaredDifference(predict(x), y)), 0.5) as tf.Scalar;
  const { batchSize } = INITIAL;
  const train = (order: Uint32Array) =>
    tf.tidy(() => {
      const losses: number[] = [];
      const index = tf.tensor1d(Int32Array.from(order), 'int32');
      // Rows in their new order at once: a slice of them costs less than a gathering for each batch.
      const [shuffledX, shuffledY] = [tf.gather(X, index), tf.gather(Y, index)];
      for (let start = 0; start < N; start += batchSize) {
        const value = tf.tidy(() => {
          const x = tf.slice2d(shuffledX, [start, 0], [batchSize, 5]);
          const y = tf.slice2d(shuffledY, [start, 0], [batchSize, 1]);
          optimizer.minimize(() => loss(x, y), false, [w, b]);
          return (start + batchSize) % 100 === 0 ? loss(X, Y).dataSync()[0] : undefined;
        });
        if (value !== undefined) losses.push(value);
      }
      return losses;
    });
  const numbers = checkedOrders(N).flatMap(train);
  return { numbers, call: () => train(tf.util.createShuffledIndices(N)) };
}

function prediction(): Side {
  const { weights, row } = chapterStart();
  const { predict } = chapterModel(weights);
  const out = new Float32Array(1);
  const call = () => tf.tidy(() => out.set(predict(tf.tensor2d(row, [1, 5])).dataSync()));
  call();
  return { numbers: out.slice(), call };
}
