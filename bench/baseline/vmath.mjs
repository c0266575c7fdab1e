/** y = exp(x). */
export function exp(y, x, n) {
  for (let i = 0; i < n; i++) y[i] = Math.exp(x[i]);
}

/** y = tanh(x). */
export function tanh(y, x, n) {
  for (let i = 0; i < n; i++) y[i] = Math.tanh(x[i]);
}
