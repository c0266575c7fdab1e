declare module 'asciichart' {
  /** Draws a line through `values`, a column each. */
  export function plot(
    values: readonly number[],
    options?: { readonly height?: number; readonly format?: (value: number) => string },
  ): string;
}
