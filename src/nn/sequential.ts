import { fail, refuse } from '../validate.js';
import type { Layer } from './layer.js';
import { Model } from './model.js';

/**
 * A model that passes each row through these layers in turn. It owns them: disposing it disposes their parameters. A model may be one of them:
 * its layers become part of this one and stay part of that.
 *
 * @param layers - at least one layer or model; the first that fixes its number of inputs fixes the model's. The `loss` and `classes` of a model
 *   at the end become those of this one
 * @throws TypeError for something that is not a layer; RangeError for none, one that does not fit the one before, or a parameter in two layers
 * @example
 * ```ts
 * import { linear, mlp, normalization, sequential } from 'adamas';
 * const model = sequential(linear(4, 8, { seed: 1 }), linear(8, 1, { seed: 2 }));
 * console.log(model.inputs, model.outputs, model.parameters().length); // 4 1 4
 * model.dispose();
 * const nested = sequential(normalization({ mean: [1, 2], std: [3, 4] }), mlp({ inputs: 2, hidden: [4], outputs: 1 }));
 * console.log(Object.keys(nested.stateDict())[2]); // 1.0.weight
 * nested.dispose();
 * ```
 */
export function sequential(...layers: readonly (Layer | Model)[]): Model {
  if (layers.length === 0) fail(RangeError, 'sequential: layers', 'hold at least one layer', 'none');
  layers.forEach((layer, i) => {
    const path = `sequential: layers[${i}]`;
    if (Array.isArray(layer))
      refuse(TypeError, path, 'be a layer: write sequential(...layers), without brackets', layer);
    if (typeof Object(layer).forward !== 'function') refuse(TypeError, path, 'be a layer or a model', layer);
    if (layer instanceof Model) layer.parameters();
  });
  const flat = layers.flatMap((layer) => (layer instanceof Model ? layer.layers : [layer]));
  checkDistinct(flat);
  const inputs = inputsOf(flat);
  let width = inputs;
  flat.forEach((layer, i) => {
    if (layer.inputs !== undefined && layer.inputs !== width) {
      const label = `sequential: layers[${i}], ${layer.name},`;
      fail(RangeError, label, `read the ${width} outputs before it`, `${layer.inputs} inputs`);
    }
    width = layer.outputs(width);
  });
  const model = new Model([...layers], inputs, width);
  const last = layers.at(-1);
  if (last instanceof Model) {
    model.loss = last.loss;
    model.classes = last.classes;
  }
  return model;
}

/** Throws for a layer or parameter that is there twice, and for one that must be first or last and is not. */
function checkDistinct(layers: readonly Layer[]): void {
  const owners = new Map<unknown, string>();
  layers.forEach((layer, i) => {
    const label = `sequential: layers[${i}]`;
    if (layers.indexOf(layer) !== i) fail(RangeError, label, 'not be given twice', `${layer.name} again`);
    if (i > 0 && layer.checkInputs !== undefined) {
      fail(RangeError, `sequential: ${layer.name}`, 'be the first layer', `it as layers[${i}]`);
    }
    if (layer.scaleTargets !== undefined && (i === 0 || i < layers.length - 1)) {
      fail(
        RangeError,
        `sequential: ${layer.name}`,
        'be the last of several layers',
        `it as layers[${i}] of ${layers.length}`,
      );
    }
    for (const [name, tensor] of Object.entries({ ...layer.parameters, ...layer.buffers })) {
      const owner = owners.get(tensor);
      if (owner) fail(RangeError, `${label}, ${layer.name}: ${name}`, 'be in one layer only', `that of ${owner} again`);
      owners.set(tensor, `layers[${i}], ${layer.name},`);
    }
  });
}

/** Number of input features that the layers together fix. */
function inputsOf(layers: readonly Layer[]): number {
  const fixing = layers.findIndex((layer) => layer.inputs !== undefined);
  if (fixing < 0) fail(RangeError, 'sequential: layers', 'fix the number of inputs', 'none that does');
  const inputs = layers
    .slice(0, fixing)
    .reduceRight((width, layer) => layer.inputsFor?.(width) ?? width, layers[fixing]!.inputs!);
  if (!Number.isInteger(inputs)) {
    const label = `sequential: layers[${fixing}], ${layers[fixing]!.name},`;
    fail(RangeError, label, `read whole vectors of ${layers[0]!.name} before it`, `${layers[fixing]!.inputs} inputs`);
  }
  return inputs;
}
