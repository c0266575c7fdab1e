import { fail, refuse } from '../validate.js';
import type { Layer } from './layer.js';
import { Model } from './model.js';

/**
 * A model that passes each row through these layers in turn. It owns them: disposing it disposes their parameters.
 *
 * @param layers - at least one; the first that fixes its number of inputs fixes the model's
 * @throws TypeError for something that is not a layer; RangeError for none, or for one that does not fit the one before
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * const model = sequential(linear(4, 8, { seed: 1 }), linear(8, 1, { seed: 2 }));
 * console.log(model.inputs, model.outputs, model.parameters().length); // 4 1 4
 * model.dispose();
 * ```
 */
export function sequential(...layers: readonly Layer[]): Model {
  if (layers.length === 0) fail(RangeError, 'sequential: layers', 'hold at least one layer', 'none');
  layers.forEach((layer, i) => {
    if (typeof Object(layer).forward !== 'function') {
      refuse(TypeError, `sequential: layers[${i}]`, 'be a layer', layer);
    }
    if (layers.indexOf(layer) !== i)
      fail(RangeError, `sequential: layers[${i}]`, 'not be given twice', `${layer.name} again`);
    if (i > 0 && layer.checkInputs !== undefined) {
      fail(RangeError, `sequential: ${layer.name}`, 'be the first layer', `it as layers[${i}]`);
    }
  });
  const fixing = layers.findIndex((layer) => layer.inputs !== undefined);
  if (fixing < 0) fail(RangeError, 'sequential: layers', 'fix the number of inputs', 'none that does');
  const inputs = layers
    .slice(0, fixing)
    .reduceRight((width, layer) => layer.inputsFor?.(width) ?? width, layers[fixing]!.inputs!);
  if (!Number.isInteger(inputs)) {
    fail(
      RangeError,
      `sequential: layers[${fixing}], ${layers[fixing]!.name},`,
      `read whole vectors of ${layers[0]!.name} before it`,
      `${layers[fixing]!.inputs} inputs`,
    );
  }
  let width = inputs;
  layers.forEach((layer, i) => {
    if (layer.inputs !== undefined && layer.inputs !== width) {
      fail(
        RangeError,
        `sequential: layers[${i}], ${layer.name},`,
        `read the ${width} outputs before it`,
        `${layer.inputs} inputs`,
      );
    }
    width = layer.outputs(width);
  });
  return new Model([...layers], inputs, width);
}
