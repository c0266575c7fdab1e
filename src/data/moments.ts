/** A mean and a standard deviation for each column. */
export interface Moments {
  readonly mean: ArrayLike<number>;
  readonly std: ArrayLike<number>;
}

/** The mean and population standard deviation of each column of values[N, D], in float64; 0 for a column that is constant. */
export function columnMoments(
  values: ArrayLike<number>,
  count: number,
  width: number,
): { mean: Float64Array; std: Float64Array } {
  const mean = new Float64Array(width);
  const std = new Float64Array(width);
  for (let i = 0, at = 0; i < count; i++) for (let j = 0; j < width; j++, at++) mean[j]! += values[at]!;
  const varies = new Uint8Array(width);
  for (let i = 0, at = 0; i < count; i++)
    for (let j = 0; j < width; j++, at++) if (values[at] !== values[j]) varies[j] = 1;
  // A mean of equal values, as rounded, need not be that value.
  for (let j = 0; j < width; j++) mean[j] = varies[j] === 1 ? mean[j]! / count : values[j]!;
  for (let i = 0, at = 0; i < count; i++) {
    for (let j = 0; j < width; j++, at++) {
      // Not ** 2: the host's power may differ between engines in the last place.
      const difference = values[at]! - mean[j]!;
      std[j]! += difference * difference;
    }
  }
  for (let j = 0; j < width; j++) std[j] = Math.sqrt(std[j]! / count);
  return { mean, std };
}

/** Columns of values[N, D] brought to mean 0 and population standard deviation 1, in float64. A column that is constant becomes 0. */
export function standardizeColumns(values: Float64Array, count: number, width: number): Float64Array {
  const { mean, std } = columnMoments(values, count, width);
  return values.map((value, i) => (value - mean[i % width]!) / (std[i % width]! || 1));
}
