// node jax.mjs gemm <n> | adam <P> | train <batch> <inputs> [hidden ...] <outputs>: jax-js with its Wasm backend, everything in jit.
import { readFileSync } from 'node:fs';
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { numbers, serve } from './child.mjs';

/** Adam over trees of arrays, by the equations; optax is not in the package. */
function adam(p, g, m, v, t) {
  const m1 = m.mul(0.9).add(g.ref.mul(0.1));
  const v1 = v.mul(0.999).add(g.ref.mul(g).mul(0.001));
  const mHat = m1.ref.div(np.subtract(1, np.power(0.9, t.ref)));
  const vHat = v1.ref.div(np.subtract(1, np.power(0.999, t)));
  return [p.sub(mHat.mul(1e-8).div(np.sqrt(vHat).add(1e-8))), m1, v1];
}

const array = (shape, scale) =>
  np
    .array(
      numbers(
        shape.reduce((a, b) => a * b),
        scale,
      ),
    )
    .reshape(shape);

/** A call of `step(state, ...)`, which gives the next state. */
function carried(step, state, ...rest) {
  return async () => {
    state = step(state, ...rest.map((one) => one.ref));
    await blockUntilReady(state);
  };
}

const works = {
  gemm(n) {
    const [a, b] = [array([n, n]), array([n, n])];
    const multiply = jit((a, b) => np.matmul(a, b));
    return async () => (await multiply(a.ref, b.ref).blockUntilReady()).dispose();
  },
  adam(n) {
    const step = jit(([p, m, v, t], g) => {
      const t1 = t.add(1);
      return [...adam(p, g, m, v, t1.ref), t1];
    });
    return carried(step, [array([n]), np.zeros([n]), np.zeros([n]), np.array(0)], array([n]));
  },
  train(batch, ...widths) {
    const outputs = widths.at(-1);
    const shapes = widths.slice(1).flatMap((width, i) => [[widths[i], width], [width]]);
    const loss = (params, x, y) => {
      let h = x;
      for (let i = 0; i < params.length; i += 2) {
        const z = np.matmul(h, params[i]).add(params[i + 1]);
        h = i < params.length - 2 ? nn.relu(z) : z;
      }
      return nn
        .logSoftmax(h)
        .mul(y)
        .sum()
        .mul(-1 / batch);
    };
    const step = jit(([p, m, v, t], x, y) => {
      const [value, g] = valueAndGrad(loss)(
        p.map((one) => one.ref),
        x,
        y,
      );
      value.dispose();
      const t1 = t.add(1);
      const next = p.map((one, i) => adam(one, g[i], m[i], v[i], t1.ref));
      return [next.map((n) => n[0]), next.map((n) => n[1]), next.map((n) => n[2]), t1];
    });
    const zeros = () => shapes.map((shape) => np.zeros(shape));
    const params = shapes.map((shape) => array(shape, 1 / Math.sqrt(shape[0])));
    const classes = np.array(Int32Array.from({ length: batch }, (_, i) => (7 * i) % outputs));
    return carried(
      step,
      [params, zeros(), zeros(), np.array(0)],
      array([batch, widths[0]]),
      nn.oneHot(classes, outputs),
    );
  },
};

const [work, ...sizes] = process.argv.slice(2);
await init('wasm');
defaultDevice('wasm');
const { version } = JSON.parse(readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url)));
await serve(`jax-js ${version}`, works[work](...sizes.map(Number)));
