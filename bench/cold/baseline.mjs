const start = performance.now();
const { adam } = await import('../baseline/baseline.mjs');
const [w, g, m, v] = Array.from({ length: 4 }, () => new Float32Array([1, 2, 3, 4, 5, 6]));
adam(w, g, m, v, 6, 1e-3, 0.9, 0.999, 1e-8, { b1t: 1, b2t: 1 });
console.log(performance.now() - start);
