// TensorFlow.js, called as its users do: products and `optimizer.minimize`, with its own Adam.
import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  accuracy,
  classesOf,
  digitsData,
  epochOrder,
  initialWeights,
  JOB,
  jobData,
  MAX_EPOCHS,
  rowsOf,
  TARGET,
} from '../problem.mjs';
import { fillNormals } from '../random.mjs';
import { readDigits } from './digits.mjs';

/** A network with weights as TensorFlow.js lays them out, [inputs, outputs], and its step on rows x with targets that are one-hot. */
function network(widths, lr, given = initialWeights(widths)) {
  const layers = widths.slice(1).map((outputs, i) => ({
    w: tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(given[2 * i], [outputs, widths[i]])))),
    b: tf.variable(tf.tensor1d(given[2 * i + 1])),
  }));
  const forward = (x) =>
    layers.reduce((h, { w, b }, i) => {
      const z = tf.add(tf.matMul(h, w), b);
      return i < layers.length - 1 ? tf.relu(z) : z;
    }, x);
  const optimizer = tf.train.adam(lr, 0.9, 0.999, 1e-8);
  return {
    layers,
    forward,
    step: (x, y, cost = false) => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), cost),
    predict: (x) => tf.tidy(() => forward(x)).dataSync(),
    dispose() {
      optimizer.dispose();
      for (const { w, b } of layers) tf.dispose([w, b]);
    },
  };
}

const oneHot = (classes, outputs) =>
  tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), outputs), 'float32'));

/** A job's rows in the backend's memory, and an epoch over them in an order. */
function resident({ features, classes }) {
  const [inputs, , outputs] = JOB.widths;
  const x = tf.tensor2d(features, [classes.length, inputs]);
  const y = oneHot(classes, outputs);
  return {
    epoch(net, order) {
      const indices = Int32Array.from(order);
      for (let at = 0; at < indices.length; at += JOB.batch) {
        tf.tidy(() => {
          const batch = tf.tensor1d(indices.subarray(at, at + JOB.batch), 'int32');
          net.step(tf.gather(x, batch), tf.gather(y, batch));
        });
      }
    },
    dispose: () => tf.dispose([x, y]),
  };
}

const works = {
  gemm({ n }) {
    const [a, b] = [2, 3].map((seed) => tf.tensor2d(fillNormals(new Float32Array(n * n), seed), [n, n]));
    const product = tf.matMul(a, b);
    const check = Array.from(product.dataSync().subarray(0, n));
    product.dispose();
    return { check, call: () => tf.matMul(a, b).dispose() };
  },
  adam({ n }) {
    const p = tf.variable(tf.tensor1d(fillNormals(new Float32Array(n), 2)), true, 'p');
    const gradient = tf.tensor1d(fillNormals(new Float32Array(n)));
    const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    const call = () => optimizer.applyGradients({ p: gradient });
    for (let i = 0; i < 5; i++) call();
    return { check: Array.from(p.dataSync().subarray(0, 10)), call };
  },
  train({ widths, batch, checkLr, lr }) {
    const x = tf.tensor2d(rowsOf(batch, widths[0]), [batch, widths[0]]);
    const y = oneHot(classesOf(batch, widths.at(-1)), widths.at(-1));
    const checked = network(widths, checkLr);
    const check = Array.from({ length: 10 }, () => tf.tidy(() => checked.step(x, y, true).dataSync()[0]));
    checked.dispose();
    const { step } = network(widths, lr);
    return { check, call: () => step(x, y) };
  },
  job({ rows }) {
    const data = jobData(rows);
    const { heldOut } = data;
    const order = epochOrder(rows, 0);
    const weights = initialWeights(JOB.widths);
    let net;
    return {
      async call() {
        const held = resident(data);
        net = network(JOB.widths, JOB.lr, weights);
        held.epoch(net, order);
        for (const { w, b } of net.layers) await Promise.all([w.data(), b.data()]);
        held.dispose();
      },
      result: () => [
        accuracy(net.predict(tf.tensor2d(heldOut.features, [JOB.heldOut, JOB.widths[0]])), heldOut.classes),
      ],
    };
  },
  async digits() {
    const data = digitsData(await readDigits());
    const { classes, heldOut } = data;
    const weights = initialWeights(JOB.widths);
    const orders = Array.from({ length: MAX_EPOCHS }, (_, epoch) => epochOrder(classes.length, epoch));
    let reached = 0;
    return {
      call() {
        const held = resident(data);
        const test = tf.tensor2d(heldOut.features, [heldOut.classes.length, JOB.widths[0]]);
        const net = network(JOB.widths, JOB.lr, weights);
        for (let epoch = 0; epoch < MAX_EPOCHS; epoch++) {
          held.epoch(net, orders[epoch]);
          reached = accuracy(net.predict(test), heldOut.classes);
          if (reached >= TARGET) break;
        }
      },
      result: () => [reached],
    };
  },
};

/** @param backend - 'wasm' or 'cpu' */
export async function peer(backend) {
  if (globalThis.document) {
    setWasmPaths('tfjs/');
    // It is asked for as many threads as there are processors; the title says how many it took.
    if (globalThis.crossOriginIsolated) setThreadsCount(navigator.hardwareConcurrency);
  }
  await tf.setBackend(backend);
  await tf.ready();
  const threads = backend === 'wasm' && globalThis.crossOriginIsolated ? `, threads: ${getThreadsCount()}` : '';
  return { title: `tfjs-${tf.getBackend()} ${tf.version_core}${threads}`, works };
}
