const start = performance.now();
const { Adam, parameter } = await import('../../dist/index.js');
const w = parameter([1, 2, 3, 4, 5, 6]);
w.grad.set([1, 2, 3, 4, 5, 6]);
new Adam([w]).step();
console.log(performance.now() - start);
