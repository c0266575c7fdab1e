// The plain JavaScript that the optimizers' speed is measured against: typed arrays, one fused loop, float64 scalars, what a good programmer
// would write. Bias corrections come from running products in `s`, so that no pow is timed.

/** p -= lr g. */
export function sgd(p, g, n, lr) {
  for (let i = 0; i < n; i++) p[i] -= lr * g[i];
}

/** SGD with momentum; b is zero before the first step. */
export function sgdMomentum(p, g, b, n, lr, momentum) {
  for (let i = 0; i < n; i++) {
    const a = b[i] * momentum + g[i];
    b[i] = a;
    p[i] -= lr * a;
  }
}

export function adagrad(p, g, sum, n, lr, eps) {
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = sum[i] + x * x;
    sum[i] = a;
    p[i] -= (lr * x) / (Math.sqrt(a) + eps);
  }
}

export function rmsprop(p, g, v, n, lr, alpha, eps) {
  const rest = 1 - alpha;
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = v[i] * alpha + x * x * rest;
    v[i] = a;
    p[i] -= (lr * x) / (Math.sqrt(a) + eps);
  }
}

/** Centered RMSprop with momentum: `average` of g, `b` of the update. */
export function rmspropCentered(p, g, v, average, b, n, lr, alpha, eps, momentum) {
  const rest = 1 - alpha;
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = v[i] * alpha + x * x * rest,
      m = average[i] * alpha + x * rest;
    v[i] = a;
    average[i] = m;
    const c = b[i] * momentum + x / (Math.sqrt(a - m * m) + eps);
    b[i] = c;
    p[i] -= lr * c;
  }
}

export function adadelta(p, g, v, acc, n, lr, rho, eps) {
  const rest = 1 - rho;
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = v[i] * rho + x * x * rest,
      d = Math.sqrt((acc[i] + eps) / (a + eps)) * x;
    v[i] = a;
    acc[i] = acc[i] * rho + d * d * rest;
    p[i] -= lr * d;
  }
}

/** `s`: { b1t: 1 } before the first step. */
export function adamax(p, g, m, u, n, lr, b1, b2, eps, s) {
  s.b1t *= b1;
  const c1 = 1 - b1,
    step = lr / (1 - s.b1t);
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = m[i] * b1 + x * c1,
      b = Math.max(u[i] * b2, Math.abs(x) + eps);
    m[i] = a;
    u[i] = b;
    p[i] -= (step * a) / b;
  }
}

/** `s`: { t: 0, b2t: 1, product: 1 } before the first step. */
export function nadam(p, g, m, v, n, lr, b1, b2, eps, momentumDecay, s) {
  s.t++;
  s.b2t *= b2;
  const mu = b1 * (1 - 0.5 * 0.96 ** (s.t * momentumDecay)),
    muNext = b1 * (1 - 0.5 * 0.96 ** ((s.t + 1) * momentumDecay));
  s.product *= mu;
  const c1 = 1 - b1,
    c2 = 1 - b2,
    q = 1 / Math.sqrt(1 - s.b2t);
  const gStep = (lr * (1 - mu)) / (1 - s.product),
    mStep = (lr * muNext) / (1 - s.product * muNext);
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = m[i] * b1 + x * c1,
      b = v[i] * b2 + x * x * c2;
    m[i] = a;
    v[i] = b;
    p[i] -= (gStep * x + mStep * a) / (Math.sqrt(b) * q + eps);
  }
}

/** `s`: { t: 0, b1t: 1, b2t: 1 } before the first step. */
export function radam(p, g, m, v, n, lr, b1, b2, eps, s) {
  s.t++;
  s.b1t *= b1;
  s.b2t *= b2;
  const c1 = 1 - b1,
    c2 = 1 - b2,
    step = lr / (1 - s.b1t);
  const rhoInf = 2 / c2 - 1,
    rho = rhoInf - (2 * s.t * s.b2t) / (1 - s.b2t);
  if (rho > 5) {
    const rect = Math.sqrt((((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho)) * (1 - s.b2t));
    for (let i = 0; i < n; i++) {
      const x = g[i],
        a = m[i] * b1 + x * c1,
        b = v[i] * b2 + x * x * c2;
      m[i] = a;
      v[i] = b;
      p[i] -= (step * rect * a) / (Math.sqrt(b) + eps);
    }
  } else {
    for (let i = 0; i < n; i++) {
      const x = g[i],
        a = m[i] * b1 + x * c1;
      m[i] = a;
      v[i] = v[i] * b2 + x * x * c2;
      p[i] -= step * a;
    }
  }
}

/** `z`: the step sizes, lr before the first step. */
export function rprop(p, g, previous, z, n, etaMinus, etaPlus, minStep, maxStep) {
  for (let i = 0; i < n; i++) {
    let x = g[i],
      a = z[i];
    const s = x * previous[i];
    if (s > 0) a = Math.min(a * etaPlus, maxStep);
    else if (s < 0) {
      a = Math.max(a * etaMinus, minStep);
      x = 0;
    }
    previous[i] = x;
    z[i] = a;
    if (x > 0) p[i] -= a;
    else if (x < 0) p[i] += a;
  }
}

/** `s`: { t: 0, eta: lr, mu: 1 } before the first step. */
export function asgd(p, g, ax, n, lr, lambd, alpha, t0, s) {
  s.t++;
  const { eta, mu } = s,
    keep = 1 - lambd * eta;
  for (let i = 0; i < n; i++) {
    const a = p[i] * keep - eta * g[i];
    p[i] = a;
    ax[i] += mu * (a - ax[i]);
  }
  s.eta = lr / (1 + lambd * lr * s.t) ** alpha;
  s.mu = 1 / Math.max(1, s.t - t0);
}

export function lion(p, g, m, n, lr, b1, b2, weightDecay) {
  const c1 = 1 - b1,
    c2 = 1 - b2,
    keep = 1 - lr * weightDecay;
  for (let i = 0; i < n; i++) {
    const x = g[i],
      a = m[i];
    p[i] = p[i] * keep - lr * Math.sign(a * b1 + x * c1);
    m[i] = a * b2 + x * c2;
  }
}

/** Adafactor of a matrix [R, C]; r[R], c[C] hold the averages, `sums` [C] is scratch. `s`: { t: 0 } before the first step. */
export function adafactor(p, g, r, c, sums, R, C, lr, beta2Decay, eps1, eps2, d, s) {
  s.t++;
  const n = R * C,
    w = s.t ** beta2Decay;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += p[i] * p[i];
  const alpha = Math.max(eps2, Math.sqrt(squares / n)) * Math.min(lr, 1 / Math.sqrt(s.t));
  sums.fill(0);
  let mean = 0;
  for (let i = 0, k = 0; i < R; i++) {
    let sum = 0;
    for (let j = 0; j < C; j++, k++) {
      const x = g[k] * g[k];
      sum += x;
      sums[j] += x;
    }
    r[i] += w * (sum / C - r[i]);
    mean += r[i] / R;
  }
  for (let j = 0; j < C; j++) c[j] += w * (sums[j] / R - c[j]);
  if (mean < eps1) mean = eps1;
  const floor = eps1 * eps1;
  let total = 0;
  for (let i = 0, k = 0; i < R; i++) {
    const q = r[i] / mean;
    for (let j = 0; j < C; j++, k++) total += (g[k] * g[k]) / Math.max(q * c[j], floor);
  }
  const step = alpha / Math.max(1, Math.sqrt(total / n) / d);
  for (let i = 0, k = 0; i < R; i++) {
    const q = r[i] / mean;
    for (let j = 0; j < C; j++, k++) p[k] -= (step * g[k]) / Math.sqrt(Math.max(q * c[j], floor));
  }
}

/** Adafactor of a vector; v holds the average of g^2. */
export function adafactorVector(p, g, v, n, lr, beta2Decay, eps1, eps2, d, s) {
  s.t++;
  const w = s.t ** beta2Decay,
    floor = eps1 * eps1;
  let squares = 0,
    total = 0;
  for (let i = 0; i < n; i++) squares += p[i] * p[i];
  const alpha = Math.max(eps2, Math.sqrt(squares / n)) * Math.min(lr, 1 / Math.sqrt(s.t));
  for (let i = 0; i < n; i++) {
    const x = g[i] * g[i],
      a = v[i] + w * (x - v[i]);
    v[i] = a;
    total += x / Math.max(a, floor);
  }
  const step = alpha / Math.max(1, Math.sqrt(total / n) / d);
  for (let i = 0; i < n; i++) p[i] -= (step * g[i]) / Math.sqrt(Math.max(v[i], floor));
}
