const start = performance.now();
const { init, defaultDevice, jit, numpy: np } = await import('@jax-js/jax');
await init('wasm');
defaultDevice('wasm');
const values = [1, 2, 3, 4, 5, 6];
/** The first step of Adam, whose bias corrections leave g / |g|. */
const step = jit((p, g) => p.sub(g.ref.div(np.sqrt(g.ref.mul(g)).add(1e-8)).mul(1e-3)));
await step(np.array(values), np.array(values)).data();
console.log(performance.now() - start);
