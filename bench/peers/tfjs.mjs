// node tfjs.mjs gemm <n> | adam <P> | train <batch> <inputs> [hidden ...] <outputs>: TensorFlow.js with its wasm backend.
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { numbers, serve } from './child.mjs';

const works = {
  gemm(n) {
    const [a, b] = [tf.tensor2d(numbers(n * n), [n, n]), tf.tensor2d(numbers(n * n), [n, n])];
    return () => tf.matMul(a, b).dispose();
  },
  adam(n) {
    tf.variable(tf.tensor1d(numbers(n)), true, 'p');
    const gradient = tf.tensor1d(numbers(n));
    const optimizer = tf.train.adam(1e-3);
    return () => optimizer.applyGradients({ p: gradient });
  },
  train(batch, ...widths) {
    const layers = widths.slice(1).map((width, i) => ({
      w: tf.variable(tf.tensor2d(numbers(widths[i] * width, 1 / Math.sqrt(widths[i])), [widths[i], width])),
      b: tf.variable(tf.zeros([width])),
    }));
    const x = tf.tensor2d(numbers(batch * widths[0]), [batch, widths[0]]);
    const classes = Array.from({ length: batch }, (_, i) => (7 * i) % widths.at(-1));
    const y = tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), widths.at(-1)), 'float32');
    const optimizer = tf.train.adam(1e-8);
    const loss = () => {
      let h = x;
      layers.forEach(({ w, b }, i) => {
        const z = tf.add(tf.matMul(h, w), b);
        h = i < layers.length - 1 ? tf.relu(z) : z;
      });
      return tf.losses.softmaxCrossEntropy(y, h);
    };
    return () => optimizer.minimize(loss);
  },
};

const [work, ...sizes] = process.argv.slice(2);
await tf.setBackend('wasm');
await tf.ready();
await serve(`tfjs-${tf.getBackend()} ${tf.version_core}`, works[work](...sizes.map(Number)));
