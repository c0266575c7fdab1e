export function mlp(
  widths: readonly number[],
  parameters: readonly Float32Array[],
  lr: number,
): (x: Float32Array, classes: ArrayLike<number>) => number;
