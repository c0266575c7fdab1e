/** Resolves once what earlier tests left unreachable has been collected and its finalizers have run. Needs `--expose-gc`. */
export async function collected(): Promise<void> {
  const { gc } = globalThis as unknown as { gc(): void };
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
