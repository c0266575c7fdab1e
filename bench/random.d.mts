export function uniforms(seed: number): () => number;

export function fillNormals(out: Float32Array, seed?: number): Float32Array;

export function shuffled(length: number, seed: number): Uint32Array;
