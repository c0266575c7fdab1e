// Runs in a worker after the reader's functions: trains the chapter's model by them, on a ScratchTask, and posts losses and weights.
self.onmessage = ({ data: { rows, start, order, batchSize, logEvery, hyperparams } }) => {
  const FEATURES = 5;
  const WIDTH = FEATURES + 1;
  const length = rows.length / WIDTH;
  const parameter = (data) => ({ data, grad: new Float32Array(data.length) });
  const [w, b] = [parameter(start.slice(0, FEATURES)), parameter(start.slice(FEATURES))];

  /** Prediction less target. */
  const errorOf = (row) => {
    let error = b.data[0] - rows[row * WIDTH + FEATURES];
    for (let k = 0; k < FEATURES; k++) error += w.data[k] * rows[row * WIDTH + k];
    return error;
  };
  const losses = [];
  const evaluate = () => {
    let sum = 0;
    for (let row = 0; row < length; row++) sum += errorOf(row) ** 2 / 2;
    losses.push(sum / length);
  };

  const states = init_adam_states(FEATURES);
  evaluate();
  for (let epoch = 0; epoch < order.length; epoch += length) {
    for (let seen = 0; seen < length; ) {
      const batch = order.subarray(epoch + seen, epoch + Math.min(seen + batchSize, length));
      for (const { grad } of [w, b]) grad.fill(0);
      for (const row of batch) {
        const error = errorOf(row) / batch.length;
        for (let k = 0; k < FEATURES; k++) w.grad[k] += error * rows[row * WIDTH + k];
        b.grad[0] += error;
      }
      adam([w, b], states, hyperparams);
      const logged = Math.floor(seen / logEvery);
      seen += batch.length;
      if (Math.floor(seen / logEvery) > logged) evaluate();
    }
  }
  postMessage({ losses, weights: [...w.data, ...b.data] });
};
