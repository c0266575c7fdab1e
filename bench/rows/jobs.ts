import type { PeerName, Row } from '../harness/row.js';

/** Every call is a process of its own, cold as a user's: few rounds are enough, and take minutes. */
const ROUNDS = 3;

/** An epoch of 60,000 rows of 784 numbers, in memory as an array: into a dataset (the worker's own), through the network, and the weights out again. */
const epoch = (name: string, peers: readonly PeerName[]): Row => ({
  name: `${name}, 60,000 x 784, MLP 784-128-10, batch 64, one epoch`,
  rounds: ROUNDS,
  setup: (run) =>
    run.peers(
      peers,
      { kind: 'job', once: true, rows: run.smoke ? 2000 : 60_000 },
      // Held-out accuracy: the shuffle of adamas is its own. A smoke's few steps come less far.
      run.smoke ? { values: [0.5], relative: 0, absolute: 0.5 } : { values: [0.95], relative: 0, absolute: 0.02 },
    ),
});

export const jobRows: readonly Row[] = [
  // Without jax-js: over so many batches its memory grows to 3.7 GB in Node, and its time with it, which cannot be its best.
  epoch('whole job', ['fitSync', 'fit', 'worker', 'worker, dataset', 'PyTorch', 'tfjs-wasm']),
  {
    name: 'digits to 94 % held-out, MLP 784-128-10, batch 64',
    rounds: ROUNDS,
    setup: (run) =>
      run.peers(
        ['fitSync', 'PyTorch', 'tfjs-wasm', 'jax-js', ...(run.smoke ? [] : (['brain.js'] as const))],
        { kind: 'digits', once: true },
        { values: [0.96], relative: 0, absolute: 0.02 },
      ),
  },
];
