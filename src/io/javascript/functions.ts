// The functions of an exported module, as text: an exported model holds those that it needs. Each takes rows x, one after the other, `rows`
// of them, and returns rows; sums are taken in float64, and rounded to float32 where an array keeps them.

/** Functions by name. `erf` follows Abramowitz and Stegun, 7.1.26: its absolute error is at most 1.5e-7. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  linear: `function linear(x, rows, inputs, outputs, weight, bias) {
  const y = new Float32Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < outputs; k++) {
      let sum = bias ? bias[k] : 0;
      for (let j = 0; j < inputs; j++) sum += x[r * inputs + j] * weight[k * inputs + j];
      y[r * outputs + k] = sum;
    }
  }
  return y;
}`,
  embedding: `function embedding(x, count, size, weight) {
  const y = new Float32Array(x.length * size);
  x.forEach((index, i) => {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError('a feature must be a whole number from 0 to ' + (count - 1) + ', got ' + index);
    }
    y.set(weight.subarray(index * size, (index + 1) * size), i * size);
  });
  return y;
}`,
  normalization: `function normalization(x, n, mean, std) {
  return x.map((v, i) => (v - mean[i % n]) / std[i % n]);
}`,
  targetScaling: `function targetScaling(x, n, mean, std) {
  return x.map((v, i) => v * std[i % n] + mean[i % n]);
}`,
  batchNorm: `function batchNorm(x, n, eps, weight, bias, mean, variance) {
  return x.map((v, i) => {
    const j = i % n;
    return ((v - mean[j]) / Math.sqrt(variance[j] + eps)) * (weight ? weight[j] : 1) + (bias ? bias[j] : 0);
  });
}`,
  layerNorm: `function layerNorm(x, rows, n, eps, weight, bias) {
  const y = new Float32Array(rows * n);
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * n, (r + 1) * n);
    let mean = 0;
    for (const v of row) mean += v / n;
    let variance = 0;
    for (const v of row) variance += (v - mean) ** 2 / n;
    const deviation = Math.sqrt(variance + eps);
    row.forEach((v, j) => {
      y[r * n + j] = ((v - mean) / deviation) * (weight ? weight[j] : 1) + (bias ? bias[j] : 0);
    });
  }
  return y;
}`,
  softmax: `function softmax(x, rows, n) {
  const y = new Float32Array(rows * n);
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * n, (r + 1) * n);
    const largest = Math.max(...row);
    let sum = 0;
    for (const v of row) sum += Math.exp(v - largest);
    row.forEach((v, j) => {
      y[r * n + j] = Math.exp(v - largest) / sum;
    });
  }
  return y;
}`,
  erf: `function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - p * Math.exp(-x * x));
}`,
  relu: 'function relu(x) {\n  return x.map((v) => v < 0 ? 0 : v);\n}',
  leakyRelu: 'function leakyRelu(x, slope) {\n  return x.map((v) => v > 0 ? v : slope * v);\n}',
  elu: 'function elu(x, alpha) {\n  return x.map((v) => v > 0 ? v : alpha * Math.expm1(v));\n}',
  gelu: 'function gelu(x) {\n  return x.map((v) => 0.5 * v * (1 + erf(v * Math.SQRT1_2)));\n}',
  geluTanh:
    'function geluTanh(x) {\n  return x.map((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))));\n}',
  sigmoid: 'function sigmoid(x) {\n  return x.map((v) => 1 / (1 + Math.exp(-v)));\n}',
  silu: 'function silu(x) {\n  return x.map((v) => v / (1 + Math.exp(-v)));\n}',
  softplus: 'function softplus(x) {\n  return x.map((v) => v > 20 ? v : Math.log1p(Math.exp(v)));\n}',
  tanh: 'function tanh(x) {\n  return x.map((v) => Math.tanh(v));\n}',
};
