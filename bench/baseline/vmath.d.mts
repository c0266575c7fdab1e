export function exp(y: Float32Array, x: Float32Array, n: number): void;
export function tanh(y: Float32Array, x: Float32Array, n: number): void;
