import { fail } from '../validate.js';

/** The mean and population standard deviation of each column of values[N, D], in float64. Throws RangeError for one that is constant. */
export function columnMoments(
  name: string,
  values: Float64Array,
  count: number,
  width: number,
): { mean: Float64Array; std: Float64Array } {
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[i * width + j]!;
    const mean = sum / count;
    let squares = 0;
    // Not ** 2: the host's power may differ between engines in the last place.
    for (let i = 0; i < count; i++) squares += (values[i * width + j]! - mean) * (values[i * width + j]! - mean);
    const deviation = Math.sqrt(squares / count);
    if (!(deviation > 0)) {
      fail(RangeError, name, 'vary', `column ${j} with ${values[j]} in all ${count} rows`);
    }
    means[j] = mean;
    deviations[j] = deviation;
  }
  return { mean: means, std: deviations };
}

/** Columns of values[N, D] brought to mean 0 and population standard deviation 1, in float64. */
export function standardizeColumns(name: string, values: Float64Array, count: number, width: number): Float64Array {
  const { mean, std } = columnMoments(name, values, count, width);
  return values.map((value, i) => (value - mean[i % width]!) / std[i % width]!);
}
