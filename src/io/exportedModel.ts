// The form of a model that the exports use: its layers in order, with their numbers.
import { requireOutputActivation } from '../nn/classification.js';
import { Model } from '../nn/model.js';
import { boolean, readOptions, refuse, unchecked } from '../validate.js';
import { type LayerSpec, specOf } from './model/layerKinds.js';

/** Options of {@link toONNX} and {@link toJavaScript}. */
export interface ExportOptions {
  /**
   * `true` for probabilities, as `predictProba` has them: a sigmoid or softmax comes last, by the model's loss. Default false: the raw outputs of
   * `predict`.
   */
  readonly probabilities?: boolean | undefined;
  /** The names of the classes, one per output. By default the model's own, or the schema's. */
  readonly classes?: readonly string[] | undefined;
}

/** A model, or a model with its table's schema. */
export type Exportable =
  | Model
  | { readonly model: Model; readonly schema?: { readonly classes?: readonly string[] | undefined } | undefined };

/** A layer with its numbers. */
export interface ExportedLayer {
  readonly spec: LayerSpec;
  /** Parameters and buffers, by torch's names. */
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  /** Numbers per row that it reads. */
  readonly inputs: number;
  /** Numbers per row that it returns. */
  readonly outputs: number;
}

/** A model with checked options. */
export interface ExportedModel {
  readonly model: Model;
  readonly layers: readonly ExportedLayer[];
  readonly classes: readonly string[] | undefined;
  /** Activation that turns outputs into probabilities, where they are asked for. */
  readonly activation: 'sigmoid' | 'softmax' | undefined;
}

/** The layers and checked options of a model. Throws TypeError for a layer written in JavaScript, which cannot be translated. */
export function exportedModel(call: string, exportable: Exportable, options: ExportOptions): ExportedModel {
  const model = exportable instanceof Model ? exportable : Object(exportable).model;
  if (!(model instanceof Model)) refuse(TypeError, `${call}: model`, 'be a model', exportable);
  const own = model.classes ?? (exportable instanceof Model ? undefined : exportable.schema?.classes);
  const { probabilities, classes = own } = readOptions(call, options, {
    probabilities: [boolean, false],
    classes: [unchecked, undefined],
  });
  if (classes !== undefined) checkClassNames(call, classes, model.outputs);
  const state = model.stateDict();
  let width = model.inputs;
  const layers = model.namedLayers.map(([key, layer]): ExportedLayer => {
    const spec = specOf(layer);
    if (spec === undefined) {
      throw new TypeError(`${call}: layer ${key}, ${layer.name}, is written in JavaScript and cannot be exported`);
    }
    const inputs = width;
    width = layer.outputs(inputs);
    const names = Object.keys({ ...layer.parameters, ...layer.buffers });
    return {
      spec,
      tensors: Object.fromEntries(names.map((name) => [name, state[`${key}.${name}`]!])),
      inputs,
      outputs: width,
    };
  });
  return { model, layers, classes, activation: probabilities ? requireOutputActivation(call, model) : undefined };
}

function checkClassNames(call: string, classes: unknown, outputs: number): void {
  if (!Array.isArray(classes) || classes.some((name) => typeof name !== 'string')) {
    refuse(TypeError, `${call}: classes`, 'be an array of names', classes);
  }
  // One output tells two classes apart.
  if (classes.length !== outputs && !(outputs === 1 && classes.length === 2)) {
    refuse(RangeError, `${call}: classes`, `be ${outputs === 1 ? 2 : outputs} names`, classes.length);
  }
}
