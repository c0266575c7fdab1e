import { createInterface } from 'node:readline';

/**
 * A peer's side of the bench (harness/child.ts): says its title, then answers every line with a number of milliseconds by the nanoseconds of
 * one call, the median over about so long.
 */
export async function serve(title, call) {
  const once = async () => {
    const start = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    return performance.now() - start;
  };
  for (const end = performance.now() + 300; performance.now() < end; ) await once();
  console.log(title);
  for await (const line of createInterface({ input: process.stdin })) {
    const times = [];
    for (const end = performance.now() + Number(line); times.length < 3 || performance.now() < end; ) {
      times.push(await once());
    }
    times.sort((a, b) => a - b);
    console.log(times[times.length >> 1] * 1e6);
  }
}

/** Numbers around 0, the same in every run. */
export function numbers(length, scale = 1) {
  return Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 1));
}
