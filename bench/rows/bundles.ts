import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Sizes } from '../harness/row.js';

// Bytes that a page has to load, gzipped, once a user's bundler has minified the program.

const bench = fileURLToPath(new URL('..', import.meta.url));
const peers = `${bench}peers`;

/** A program, the folder from which its imports are resolved, and further files that it loads. */
interface Program {
  readonly contents: string;
  readonly folder: string;
  readonly files?: readonly string[];
}

const WASM = `${peers}/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm`;

/** A network that is trained by Adam; of a package that takes part in no other way, the whole. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  adamas: {
    folder: bench,
    contents: `import { Adam, dataset, fitSync, mlp } from 'adamas';
      const data = dataset([[0, 1], [1, 0]], [0, 1]);
      const model = mlp({ inputs: 2, hidden: [16], outputs: 2, loss: 'crossEntropy' });
      fitSync(model, data, { optimizer: new Adam(model.parameters()), epochs: 10 });
      console.log(model.predict(data.features));`,
  },
  'adamas, Adam alone': {
    folder: bench,
    contents: `import { Adam } from 'adamas'; new Adam([new Float32Array(8)]).step([new Float32Array(8)]);`,
  },
  'tfjs-wasm': {
    folder: peers,
    files: [WASM],
    contents: `import * as tf from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-backend-wasm';
      import { sequential, layers } from '@tensorflow/tfjs-layers';
      const model = sequential({ layers: [layers.dense({ units: 16, inputShape: [2] }), layers.dense({ units: 2 })] });
      model.compile({ optimizer: tf.train.adam(), loss: 'meanSquaredError' });
      await model.fit(tf.tensor2d([[0, 1], [1, 0]]), tf.tensor2d([[0, 1], [1, 0]]));`,
  },
  'jax-js': { folder: peers, contents: `export { init, jit, nn, numpy, valueAndGrad } from '@jax-js/jax';` },
  'brain.js': { folder: peers, contents: `import brain from 'brain.js'; new brain.NeuralNetwork().train([]);` },
};

async function gzipped({ contents, folder, files = [] }: Program): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
    external: ['node:*', 'gl', ...builtinModules],
  });
  const parts = [outputFiles[0]!.contents, ...files.map((file) => readFileSync(file))];
  return parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).length, 0);
}

export const bundleRows: readonly Sizes[] = [
  {
    name: 'bundle of a program that trains, minified and gzipped',
    async bytes(run) {
      const found: Record<string, number> = {};
      for (const [name, program] of Object.entries(PROGRAMS)) {
        if (program.folder === bench || existsSync(`${peers}/node_modules`)) found[name] = await gzipped(program);
        else run.leaveOut(`${name} (npm run bench:peers)`);
      }
      return found;
    },
  },
];
