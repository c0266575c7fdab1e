import { exp, tanh } from '../baseline/vmath.mjs';
import type { Row } from '../harness/row.js';
import { benchOnly, type Kernels, shipped } from '../kernels.js';
import { packages } from '../peers.js';
import { fillNormals } from '../random.js';

/** Operations of one round of peak_f32. */
const PEAK_ROUND = 112;

const gemm = (n: number): Row => ({
  name: `GEMM ${n} x ${n} x ${n}`,
  rate: { count: 2 * n ** 3, name: 'GFLOP/s' },
  async setup(run) {
    const { call, normals } = shipped();
    const workspace = call.alloc!(call.gemmWorkspace!(n, n, n));
    const [c, a, b] = [normals(n * n), normals(n * n, 2), normals(n * n, 3)] as const;
    const peak = benchOnly();
    const out = peak.normals(4);
    return {
      adamas: () => call.gemm_f32!(c, a, b, 0, workspace, n, n, n, 0, 0, 0),
      peak() {
        peak.view(out, 4).fill(0.5);
        peak.call.peak_f32!(out, (2 * n ** 3) / PEAK_ROUND);
      },
      ...(await packages(run, 'gemm', n)),
    };
  },
});

const N = 1 << 20;

/** A function of 1M normal numbers, against a loop of Math's. */
const elementwise = (
  name: string,
  plain: (y: Float32Array, x: Float32Array, n: number) => void,
  kernels: () => Kernels,
): Row => ({
  name: `${name} of 1M`,
  pieces: { count: N, name: 'element' },
  setup() {
    const { call, normals } = kernels();
    const [x, y] = [normals(N), normals(N)];
    const [from, to] = [fillNormals(new Float32Array(N)), new Float32Array(N)];
    const kernel = call[`${name}_f32`]!;
    return { adamas: () => kernel(y, x, N), baseline: () => plain(to, from, N) };
  },
});

export const kernelRows: readonly Row[] = [
  ...[64, 128, 256, 512].map(gemm),
  elementwise('exp', exp, benchOnly),
  elementwise('tanh', tanh, shipped),
];
