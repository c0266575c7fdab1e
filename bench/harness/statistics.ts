export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which such a part of them lies, interpolated. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at % 1) * (sorted[Math.ceil(at)]! - low);
}

/** The slope of y over x, both as logarithms, by least squares: 1 where a time grows as the size does. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  const covariance = u.reduce((sum, value, i) => sum + (value - mu) * (v[i]! - mv), 0);
  return covariance / u.reduce((sum, value) => sum + (value - mu) ** 2, 0);
}

/**
 * Likelihood that b's values come out as far above or below a's as they do when both are drawn alike: the exact two-sided
 * Mann-Whitney test. https://doi.org/10.1214/aoms/1177730491
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += x < y ? 1 : x === y ? 0.5 : 0;
  const most = Math.max(u, a.length * b.length - u);
  const counts = rankCounts(a.length, b.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const beyond = counts.slice(Math.ceil(most)).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * beyond) / total);
}

/** In how many orders of m and n values the statistic U is 0, 1, ..., m n. */
function rankCounts(m: number, n: number): number[] {
  let table = Array.from({ length: n + 1 }, () => [1]);
  for (let i = 1; i <= m; i++) {
    const next: number[][] = [[1]];
    for (let j = 1; j <= n; j++) {
      // The largest value is one of the first kind, above all j of the other, or one of the second.
      const counts = new Array(i * j + 1).fill(0);
      table[j]!.forEach((count, u) => {
        counts[u + j] += count;
      });
      next[j - 1]!.forEach((count, u) => {
        counts[u] += count;
      });
      next.push(counts);
    }
    table = next;
  }
  return table[n]!;
}
