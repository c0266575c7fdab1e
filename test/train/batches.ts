// Batches for the tests of partialFit.
import type { Batch, Dataset } from '../../src/index.js';

/** The data in batches of sizes that go up and down. */
export function cut(data: Dataset, weighted = false): Batch[] {
  const batches: Batch[] = [];
  const [x, y] = [data.features.data, data.targets.data];
  for (let at = 0, i = 0; at < y.length; i++) {
    const end = Math.min(at + 3 + ((5 * i) % 7), y.length);
    const weights = Array.from({ length: end - at }, (_, k) => 1 + (k % 3));
    batches.push({ features: x.slice(3 * at, 3 * end), targets: y.slice(at, end), ...(weighted && { weights }) });
    at = end;
  }
  return batches;
}

/** The same batches, each after a turn of the host. */
export async function* slowly(batches: Iterable<Batch>): AsyncGenerator<Batch> {
  for (const batch of batches) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield batch;
  }
}
