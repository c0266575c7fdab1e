import { load, toJavaScript, toONNX } from '../io.js';
import type { Values } from './arguments.js';
import { checkOutputs, reading, write } from './files.js';
import { UsageError } from './usageError.js';

/** Converts a model to other formats. */
export async function convert([path]: readonly string[], values: Values): Promise<void> {
  const { onnx, js } = values as Record<string, string | undefined>;
  if (onnx === undefined && js === undefined) throw new UsageError('convert needs --onnx <file>, --js <file>, or both');
  await checkOutputs([onnx, js], [path!]);
  const { model } = await reading(path!, load(path!));
  const options = { probabilities: Boolean(values.proba) };
  if (onnx) await write(onnx, toONNX(model, options));
  if (js) await write(js, toJavaScript(model, options));
}
