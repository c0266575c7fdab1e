import { adam } from './baseline.mjs';

// The plain JavaScript that training is measured against: typed arrays, float64 scalars, the loops of each layer written out. The loops that
// can skip a zero do: after a ReLU half of the numbers are.

/**
 * A chain of linear layers as wide as `widths`, ReLU between them, cross-entropy on what the last one gives, Adam.
 * `parameters`: w [outputs, inputs] and b [outputs] of every layer, which are trained in place.
 */
export function mlp(widths, parameters, lr) {
  const last = widths.length - 2;
  const layers = widths.slice(1).map((outputs, i) => ({
    inputs: widths[i],
    outputs,
    w: state(parameters[2 * i]),
    b: state(parameters[2 * i + 1]),
    y: new Float32Array(0),
    dy: new Float32Array(0),
  }));
  const s = { b1t: 1, b2t: 1 };

  /** One step on rows x with class indices `classes`; returns their mean loss before it. */
  return function step(x, classes) {
    const rows = classes.length;
    layers.forEach((layer, i) => {
      const size = rows * layer.outputs;
      if (layer.y.length !== size) {
        layer.y = new Float32Array(size);
        layer.dy = new Float32Array(size);
      }
      forward(
        layer.y,
        i === 0 ? x : layers[i - 1].y,
        layer.w.p,
        layer.b.p,
        rows,
        layer.inputs,
        layer.outputs,
        i < last,
      );
    });
    const loss = crossEntropy(layers[last].dy, layers[last].y, classes, rows, widths[last + 1]);
    for (let i = last; i >= 0; i--) {
      const { dy, w, b, inputs, outputs } = layers[i];
      backwardWeights(w.g, b.g, dy, i === 0 ? x : layers[i - 1].y, rows, inputs, outputs);
      if (i > 0) backwardInput(layers[i - 1].dy, dy, layers[i - 1].y, w.p, rows, inputs, outputs);
    }
    // The running product of beta1 would end in the subnormal numbers and stay there.
    if (s.b1t < 1e-300) s.b1t = 1;
    const { b1t, b2t } = s;
    for (const { w, b } of layers) {
      for (const { p, g, m, v } of [w, b]) {
        s.b1t = b1t;
        s.b2t = b2t;
        adam(p, g, m, v, p.length, lr, 0.9, 0.999, 1e-8, s);
      }
    }
    return loss;
  };
}

function state(p) {
  const [g, m, v] = Array.from({ length: 3 }, () => new Float32Array(p.length));
  return { p, g, m, v };
}

/** y[rows, outputs] = x w^T + b, or its ReLU; four outputs at a time share the reads of x. */
function forward(y, x, w, b, rows, inputs, outputs, relu) {
  const fours = outputs & ~3;
  for (let r = 0; r < rows; r++) {
    const from = r * inputs,
      to = r * outputs;
    for (let j = 0; j < fours; j += 4) {
      let s0 = b[j],
        s1 = b[j + 1],
        s2 = b[j + 2],
        s3 = b[j + 3];
      const w0 = j * inputs,
        w1 = w0 + inputs,
        w2 = w1 + inputs,
        w3 = w2 + inputs;
      for (let i = 0; i < inputs; i++) {
        const a = x[from + i];
        s0 += a * w[w0 + i];
        s1 += a * w[w1 + i];
        s2 += a * w[w2 + i];
        s3 += a * w[w3 + i];
      }
      y[to + j] = relu && s0 < 0 ? 0 : s0;
      y[to + j + 1] = relu && s1 < 0 ? 0 : s1;
      y[to + j + 2] = relu && s2 < 0 ? 0 : s2;
      y[to + j + 3] = relu && s3 < 0 ? 0 : s3;
    }
    for (let j = fours; j < outputs; j++) {
      let sum = b[j];
      for (let i = 0; i < inputs; i++) sum += x[from + i] * w[j * inputs + i];
      y[to + j] = relu && sum < 0 ? 0 : sum;
    }
  }
}

/** The mean of -log softmax(y)[class] over the rows; dy becomes its gradient. */
function crossEntropy(dy, y, classes, rows, outputs) {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const at = r * outputs;
    let max = y[at],
      sum = 0;
    for (let j = 1; j < outputs; j++) if (y[at + j] > max) max = y[at + j];
    for (let j = 0; j < outputs; j++) {
      const e = Math.exp(y[at + j] - max);
      dy[at + j] = e;
      sum += e;
    }
    const scale = 1 / (sum * rows);
    for (let j = 0; j < outputs; j++) dy[at + j] *= scale;
    dy[at + classes[r]] -= 1 / rows;
    loss += max + Math.log(sum) - y[at + classes[r]];
  }
  return loss / rows;
}

/** dw[outputs, inputs] = dy^T x and db = the sums over the rows of dy. */
function backwardWeights(dw, db, dy, x, rows, inputs, outputs) {
  dw.fill(0);
  db.fill(0);
  for (let r = 0; r < rows; r++) {
    const from = r * inputs;
    for (let j = 0; j < outputs; j++) {
      const d = dy[r * outputs + j];
      if (d === 0) continue;
      db[j] += d;
      const to = j * inputs;
      for (let i = 0; i < inputs; i++) dw[to + i] += d * x[from + i];
    }
  }
}

/** dx[rows, inputs] = dy w where x > 0, else 0: x is the output of a ReLU. */
function backwardInput(dx, dy, x, w, rows, inputs, outputs) {
  dx.fill(0);
  for (let r = 0; r < rows; r++) {
    const to = r * inputs;
    for (let j = 0; j < outputs; j++) {
      const d = dy[r * outputs + j],
        from = j * inputs;
      for (let i = 0; i < inputs; i++) dx[to + i] += d * w[from + i];
    }
    for (let i = 0; i < inputs; i++) if (x[to + i] <= 0) dx[to + i] = 0;
  }
}
