// The proof that exported models predict what they did: in onnxruntime, and as a module by themselves.
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';
import { toJavaScript, toONNX } from '../../src/io.js';
import { randomModel } from '../io/randomModels.js';
import { proofArguments, writeFigures } from './proof.js';

/** The largest difference from what was expected, over max(1, |expected|). */
function difference(got: ArrayLike<number>, expected: Float32Array): number {
  if (got.length !== expected.length) return Infinity;
  return expected.reduce((most, value, i) => {
    const off = Math.abs(got[i]! - value) / Math.max(1, Math.abs(value));
    return Number.isNaN(off) ? Infinity : Math.max(most, off);
  }, 0);
}

/** Exports `count` models of all layers, the first of them that of `seed`, and returns the largest differences. */
export async function run(count: number, seed: number) {
  const kinds = new Set<string>();
  let [onnx, javascript] = [0, 0];
  for (let i = 0; i < count; i++) {
    const { model, x, rows } = randomModel(seed + i);
    for (const { recipe } of model.layers) kinds.add(recipe![0]);
    const expected = model.predict(x);
    const session = await ort.InferenceSession.create(toONNX(model));
    const { outputs } = await session.run({ features: new ort.Tensor('float32', x, [rows, model.inputs]) });
    onnx = Math.max(onnx, difference(outputs!.data as Float32Array, expected));
    await session.release();
    const text = Buffer.from(toJavaScript(model)).toString('base64');
    const { predict } = (await import(`data:text/javascript;base64,${text}`)) as {
      predict(rows: Float32Array): Float32Array;
    };
    javascript = Math.max(javascript, difference(predict(x), expected));
    model.dispose();
  }
  return { kinds, onnx, javascript };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { count, seed, write } = proofArguments(200);
  const { kinds, onnx, javascript } = await run(count, seed);
  const largest = `at most ${onnx.toExponential(1)} in onnxruntime and ${javascript.toExponential(1)} as a module`;
  const figures = `${count} models of seed ${seed}, with ${kinds.size} kinds of layers: their predictions differ by ${largest}, over max(1, abs).`;
  console.log(figures);
  if (!(Math.max(onnx, javascript) <= 1e-5)) process.exit(1);
  if (write) writeFigures('exports', figures);
}
