/** Disposes all of them. Transpiled `using` would bring a kilobyte of helpers along. */
export function disposeAll(...all: readonly { dispose(): void }[]): void {
  for (const one of all) one.dispose();
}
