// jax-js with its Wasm backend, every step in one `jit`. In Node it has one thread; in a page that is cross-origin isolated, one a processor.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
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
import manifest from './node_modules/@jax-js/jax/package.json' with { type: 'json' };

/** Adam over trees of arrays, by the equations; optax is not in the package. */
function adam(p, g, m, v, t, lr) {
  const m1 = m.mul(0.9).add(g.ref.mul(0.1));
  const v1 = v.mul(0.999).add(g.ref.mul(g).mul(0.001));
  const mHat = m1.ref.div(np.subtract(1, np.power(0.9, t.ref)));
  const vHat = v1.ref.div(np.subtract(1, np.power(0.999, t)));
  return [p.sub(mHat.mul(lr).div(np.sqrt(vHat).add(1e-8))), m1, v1];
}

const array = (values, shape) => np.array(values).reshape(shape);

/** Logits of rows x, by layers [w, b, ...] with weights [outputs, inputs]; it uses up what it is given. */
function forward(params, x) {
  let h = x;
  for (let i = 0; i < params.length; i += 2) {
    const z = np.matmul(h, params[i].transpose()).add(params[i + 1]);
    h = i < params.length - 2 ? nn.relu(z) : z;
  }
  return h;
}

/** A training step: state [params, m, v, t], rows, targets that are one-hot, to the next state and the loss. */
function trainingStep(batch, lr) {
  const loss = (params, x, y) =>
    nn
      .logSoftmax(forward(params, x))
      .mul(y)
      .sum()
      .mul(-1 / batch);
  return jit(([p, m, v, t], x, y) => {
    const [value, g] = valueAndGrad(loss)(
      p.map((one) => one.ref),
      x,
      y,
    );
    const t1 = t.add(1);
    const next = p.map((one, i) => adam(one, g[i], m[i], v[i], t1.ref, lr));
    return [[next.map((n) => n[0]), next.map((n) => n[1]), next.map((n) => n[2]), t1], value];
  });
}

function initialState(widths, given = initialWeights(widths)) {
  const shapes = widths.slice(1).flatMap((outputs, i) => [[outputs, widths[i]], [outputs]]);
  const zeros = () => shapes.map((shape) => np.zeros(shape));
  return [given.map((values, i) => array(values, shapes[i])), zeros(), zeros(), np.array(0)];
}

const oneHot = (classes, outputs) => nn.oneHot(np.array(classes), outputs);

/** An epoch over batches that JavaScript gathers by an order: to gather them inside of the `jit` takes several times as long. */
function epochs({ features, classes }) {
  const [inputs, , outputs] = JOB.widths;
  const steps = new Map();
  return async function epoch(state, order) {
    for (let at = 0; at < order.length; at += JOB.batch) {
      const size = Math.min(JOB.batch, order.length - at);
      const [x, y] = [new Float32Array(size * inputs), new Float32Array(size * outputs)];
      for (let i = 0; i < size; i++) {
        const row = order[at + i];
        x.set(features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
        y[i * outputs + classes[row]] = 1;
      }
      if (!steps.has(size)) steps.set(size, trainingStep(size, JOB.lr));
      const [next, loss] = steps.get(size)(state, array(x, [size, inputs]), array(y, [size, outputs]));
      loss.dispose();
      state = next;
    }
    await blockUntilReady(state);
    return state;
  };
}

const works = {
  async gemm({ n }) {
    const [a, b] = [2, 3].map((seed) => array(fillNormals(new Float32Array(n * n), seed), [n, n]));
    const multiply = jit((a, b) => np.matmul(a, b));
    const product = await multiply(a.ref, b.ref).data();
    return {
      check: Array.from(product.subarray(0, n)),
      call: async () => (await multiply(a.ref, b.ref).blockUntilReady()).dispose(),
    };
  },
  async adam({ n }) {
    const step = jit(([p, m, v, t], g) => {
      const t1 = t.add(1);
      return [...adam(p, g, m, v, t1.ref, 1e-3), t1];
    });
    const g = array(fillNormals(new Float32Array(n)), [n]);
    let state = [array(fillNormals(new Float32Array(n), 2), [n]), np.zeros([n]), np.zeros([n]), np.array(0)];
    const call = async () => {
      state = step(state, g.ref);
      await blockUntilReady(state);
    };
    for (let i = 0; i < 5; i++) await call();
    return { check: Array.from((await state[0].ref.data()).subarray(0, 10)), call };
  },
  async train({ widths, batch, checkLr, lr }) {
    const x = array(rowsOf(batch, widths[0]), [batch, widths[0]]);
    const y = oneHot(classesOf(batch, widths.at(-1)), widths.at(-1));
    let step = trainingStep(batch, checkLr);
    let state = initialState(widths);
    let loss;
    const check = [];
    for (let i = 0; i < 10; i++) {
      [state, loss] = step(state, x.ref, y.ref);
      check.push((await loss.data())[0]);
    }
    step = trainingStep(batch, lr);
    return {
      check,
      async call() {
        [state, loss] = step(state, x.ref, y.ref);
        loss.dispose();
        await blockUntilReady(state);
      },
    };
  },
  job({ rows }) {
    const data = jobData(rows);
    const { heldOut } = data;
    const order = epochOrder(rows, 0);
    const weights = initialWeights(JOB.widths);
    let params;
    return {
      async call() {
        [params] = await epochs(data)(initialState(JOB.widths, weights), order);
        for (const one of params) await one.ref.data();
      },
      async result() {
        const outputs = forward(params, array(heldOut.features, [JOB.heldOut, JOB.widths[0]]));
        return [accuracy(await outputs.data(), heldOut.classes)];
      },
    };
  },
  async digits() {
    const data = digitsData(await readDigits());
    const { classes, heldOut } = data;
    const weights = initialWeights(JOB.widths);
    const orders = Array.from({ length: MAX_EPOCHS }, (_, epoch) => epochOrder(classes.length, epoch));
    let reached = 0;
    return {
      async call() {
        const epoch = epochs(data);
        const predict = jit(forward);
        const x = array(heldOut.features, [heldOut.classes.length, JOB.widths[0]]);
        let state = initialState(JOB.widths, weights);
        for (let i = 0; i < MAX_EPOCHS; i++) {
          state = await epoch(state, orders[i]);
          const outputs = await predict(
            state[0].map((one) => one.ref),
            x.ref,
          ).data();
          reached = accuracy(outputs, heldOut.classes);
          if (reached >= TARGET) break;
        }
      },
      result: () => [reached],
    };
  },
};

export async function peer() {
  await init('wasm');
  defaultDevice('wasm');
  const threads = globalThis.crossOriginIsolated ? `, threads: ${navigator.hardwareConcurrency}` : '';
  return { title: `jax-js ${manifest.version}${threads}`, works };
}
