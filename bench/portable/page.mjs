// The side of `npm run bench:page` in the page, bundled by bundle.ts: the same rows, with the peers that run in a browser.
import kernels from 'bench.wasm';
import { report } from '../../test/consumers/report.js';
import { peer as adamas } from '../peers/adamas.mjs';
import { peer as jax } from '../peers/jax.mjs';
import { peer as tfjs } from '../peers/tfjs.mjs';
import { recordRows } from './recordRows.ts';

const peers = {
  fit: () => adamas('fit'),
  fitSync: () => adamas('fitSync'),
  worker: () => adamas('worker'),
  'worker, dataset': () => adamas('worker, dataset'),
  'tfjs-wasm': () => tfjs('wasm'),
  'jax-js': () => jax(),
};
const choice = JSON.parse(new URLSearchParams(location.search).get('choice'));
const isolated = globalThis.crossOriginIsolated ? 'cross-origin isolated' : 'not isolated';
const [name] = navigator.userAgent.match(/(Chrome|Firefox)\/[\d.]+/);
report(
  recordRows(choice, peers, kernels).then((lines) => ({
    host: `${name.replace('/', ' ')} (${isolated}, processors: ${navigator.hardwareConcurrency})`,
    lines,
  })),
);
