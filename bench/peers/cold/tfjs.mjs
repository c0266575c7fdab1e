const start = performance.now();
const tf = await import('@tensorflow/tfjs');
await import('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');
const p = tf.variable(tf.tensor1d([1, 2, 3, 4, 5, 6]), true, 'p');
tf.train.adam(1e-3).applyGradients({ p: tf.tensor1d([1, 2, 3, 4, 5, 6]) });
await p.data();
console.log(performance.now() - start);
