import { exp, tanh } from '../baseline/vmath.mjs';
import type { Row } from '../harness/row.js';
import { fillNormals } from '../random.mjs';

/** Operations of one round of peak_f32. */
const PEAK_ROUND = 112;

const gemm = (n: number): Row => ({
  name: `GEMM ${n} x ${n} x ${n}`,
  rate: { count: 2 * n ** 3, name: 'GFLOP/s' },
  async setup(run) {
    const { call, normals, view } = await run.kernels();
    const workspace = call.alloc!(call.gemmWorkspace!(n, n, n));
    const [c, a, b, out] = [normals(n * n), normals(n * n, 2), normals(n * n, 3), normals(4)] as const;
    const adamas = () => call.gemm_f32!(c, a, b, 0, workspace, n, n, n, 0, 0, 0);
    adamas();
    const expected = { values: Array.from(view(c, n)), relative: 1e-4, absolute: 1e-4 };
    return {
      adamas,
      peak() {
        view(out, 4).fill(0.5);
        call.peak_f32!(out, (2 * n ** 3) / PEAK_ROUND);
      },
      ...(await run.peers(['PyTorch', 'tfjs-wasm', 'jax-js'], { kind: 'gemm', n }, expected)),
    };
  },
});

const N = 1 << 20;

/** A function of 1M normal numbers, against a loop of Math's. */
const elementwise = (name: string, plain: (y: Float32Array, x: Float32Array, n: number) => void): Row => ({
  name: `${name} of 1M`,
  pieces: { count: N, name: 'element' },
  async setup(run) {
    const { call, normals } = await run.kernels();
    const [x, y] = [normals(N), normals(N)];
    const [from, to] = [fillNormals(new Float32Array(N)), new Float32Array(N)];
    const kernel = call[`${name}_f32`]!;
    return { adamas: () => kernel(y, x, N), baseline: () => plain(to, from, N) };
  },
});

export const kernelRows: readonly Row[] = [
  ...[64, 128, 256, 512].map(gemm),
  elementwise('exp', exp),
  elementwise('tanh', tanh),
];
